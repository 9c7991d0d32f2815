// SPDX-License-Identifier: Apache-2.0

public import Cryptography

/// The encrypted part of a task request after it was opened: the key to answer with, and the rest if it is complete
/// (bitfount-protocol.md, 9.2).
public struct DecryptedRequest: Sendable {
    /// The key of this task's messages.
    public var sessionKey: SessionKey
    /// The request, or what is wrong with it.
    public var content: Result<InnerRequest, TaskFormatError>

    /// Makes a request from its parts.
    public init(sessionKey: SessionKey, content: Result<InnerRequest, TaskFormatError>) {
        self.sessionKey = sessionKey
        self.content = content
    }
}
