// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// From where bodies may be fetched (bitfount-protocol.md, 7.9 and 13.9).
public final class LargeObjectPolicy: Sendable {
    /// The buckets of the Bitfount message service. The names of buckets are global, so this keeps out no one who can
    /// make one: what is fetched is proven by its encryption, not by where it lay.
    public static let bitfountHosts = [
        #"[a-z0-9-]*-message-service-external[0-9]*\.s3([.-][a-z0-9-]+)?\.amazonaws\.com"#
    ]

    private let origins: Set<String>
    // Making a regular expression costs more than all else that is done with an address, and `Regex` is not Sendable.
    private let hosts: Mutex<[Regex<AnyRegexOutput>]>

    /// Allows what a configuration lists.
    ///
    /// - Parameter allowed: Regular expressions, each of which must match a whole lower-case host that is then reached by
    ///   `https` on its own port; or origins on this machine, such as `http://127.0.0.1:9000`.
    /// - Throws: ``LargeObjectPolicyError`` for an entry that is neither.
    public init(allowed: [String] = LargeObjectPolicy.bitfountHosts) throws(LargeObjectPolicyError) {
        var origins: Set<String> = []
        var hosts: [Regex<AnyRegexOutput>] = []
        for entry in allowed {
            if entry.contains("://") {
                guard let address = StorageAddress(entry), address.isLoopback, address.path.isEmpty else {
                    throw LargeObjectPolicyError(entry: entry, message: "only an origin on this machine can be listed")
                }
                origins.insert(address.origin)
            } else {
                guard !entry.isEmpty, let pattern = try? Regex(entry) else {
                    throw LargeObjectPolicyError(entry: entry, message: "this is not a regular expression")
                }
                hosts.append(pattern)
            }
        }
        self.origins = origins
        self.hosts = Mutex(hosts)
    }

    /// Why an address may not be fetched, or `nil` if it may.
    func objection(to address: StorageAddress) -> LargeObjectReference.Refusal? {
        if origins.contains(address.origin) { return nil }
        guard address.scheme == "https" else { return .schemeNotAllowed }
        guard address.port == nil || address.port == 443 else { return .portNotAllowed }
        let isAllowed = hosts.withLock { patterns in
            patterns.contains { (try? $0.wholeMatch(in: address.host)) != nil }
        }
        return isAllowed ? nil : .hostNotAllowed
    }
}
