// SPDX-License-Identifier: Apache-2.0

/// Why a call to the message service failed.
public struct MessageServiceError: Error, Sendable {
    /// The kinds of failure that a caller may want to tell apart (bitfount-protocol.md, 7.2).
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The service could not be reached, or said that it is out of order.
        case unavailable
        /// No answer came in time.
        case deadlineExceeded
        /// The credentials are missing, expired or wrong.
        case unauthenticated
        /// The credentials are good, but the mailbox belongs to someone else.
        case permissionDenied
        /// The service refuses what we sent; its message says why.
        case invalidArgument
        /// The mailbox does not exist.
        case failedPrecondition
        /// What was named does not exist. An empty mailbox is no error.
        case notFound
        /// A message is over a size limit, or the service is over its own.
        case resourceExhausted
        /// A message is longer than what this client receives, so that nothing of it was.
        case messageTooLarge
        /// The service does not know the call.
        case unimplemented
        /// The calling task was cancelled, or the client was stopped.
        case cancelled
        /// No credentials could be had to make the call with.
        case credentialsUnavailable
        /// The endpoint in the configuration can't be used.
        case invalidEndpoint
        /// Anything else.
        case other
    }

    /// What kind of failure it is.
    public var code: Code
    /// The gRPC status code, if the failure is a gRPC status.
    public var grpcCode: Int?
    /// One sentence for a data owner.
    public var message: String
    /// What caused it, if another error did.
    public var underlying: (any Error)?

    /// Describes a failure.
    public init(code: Code, grpcCode: Int? = nil, message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.grpcCode = grpcCode
        self.message = message
        self.underlying = underlying
    }

    /// Whether the same call may succeed later although nothing changes on our side: whatever was not refused for good.
    ///
    /// Refused credentials count: each attempt asks for them anew, and one refusal does not prove that the identity is
    /// lost.
    public var isTransient: Bool {
        switch code {
        case .unavailable, .deadlineExceeded, .resourceExhausted, .messageTooLarge, .unauthenticated,
            .credentialsUnavailable,
            .cancelled, .other:
            true
        case .permissionDenied, .invalidArgument, .failedPrecondition, .notFound, .unimplemented, .invalidEndpoint:
            false
        }
    }
}

extension MessageServiceError: Equatable {
    /// Two failures are equal when they are of the same kind.
    public static func == (one: Self, other: Self) -> Bool {
        one.code == other.code && one.grpcCode == other.grpcCode
    }
}

extension MessageServiceError: CustomStringConvertible {
    /// The sentence alone.
    public var description: String {
        message
    }
}
