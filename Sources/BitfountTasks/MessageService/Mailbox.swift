// SPDX-License-Identifier: Apache-2.0

/// Which queue to look into (bitfount-protocol.md, 7.4).
public enum Mailbox: Sendable, Hashable {
    /// The queue that the service finds by our credentials, as newer pods ask for task requests. The cluster is named
    /// when it is known and no API key is used.
    case byCredential(clusterID: String?)
    /// The queue of this name: a pod name, as older pods ask for task requests.
    case named(String)
    /// The worker mailbox of a task, in which messages are short.
    case task(String)
}
