// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import GRPCCore
import PrintableText

extension MessageServiceError {
    /// Says what an error of the gRPC library means.
    ///
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - call: The name of the call.
    ///   - deadline: How long an attempt may take.
    init(_ error: any Error, call: String, deadline: Duration) {
        // The library reports a cancelled task in several ways.
        if Task.isCancelled || error is CancellationError {
            self.init(code: .cancelled, message: "The call \(call) was cancelled.", underlying: error)
        } else if let error = error as? RPCError {
            self.init(error, call: call, deadline: deadline)
        } else if let error = error as? RuntimeError, error.code == .clientIsStopped {
            self.init(code: .cancelled, message: "The message service client has stopped.", underlying: error)
        } else {
            self.init(code: .other, message: "The call \(call) failed.", underlying: error)
        }
    }

    private init(_ error: RPCError, call: String, deadline: Duration) {
        let code: Code
        let message: String
        switch error.code {
        // The library gives this no code of its own.
        case _ where Self.reason(error).contains("configured maximum payload size"):
            code = .messageTooLarge
            message = "A message is longer than what is received: \(Self.reason(error))"
        case .unavailable:
            code = .unavailable
            message = "The message service can't be reached: \(Self.reason(error))"
        case .deadlineExceeded:
            code = .deadlineExceeded
            message = "The message service did not answer \(call) within \(deadline.components.seconds) seconds."
        case .unauthenticated:
            code = .unauthenticated
            message = "The message service does not accept our credentials: \(Self.reason(error))"
        case .permissionDenied:
            code = .permissionDenied
            message = "The message service does not permit \(call): \(Self.reason(error))"
        case .failedPrecondition:
            code = .failedPrecondition
            message = "The mailbox does not exist: \(Self.reason(error))"
        default:
            code = Self.plainCodes[error.code] ?? .other
            message = "The call \(call) to the message service failed (\(error.code)): \(Self.reason(error))"
        }
        self.init(code: code, grpcCode: error.code.rawValue, message: message, underlying: error)
    }

    private static let plainCodes: [RPCError.Code: Code] = [
        .invalidArgument: .invalidArgument,
        .notFound: .notFound,
        .resourceExhausted: .resourceExhausted,
        .unimplemented: .unimplemented,
    ]

    /// What the service said, or the innermost cause, which can be foreign text.
    private static func reason(_ error: RPCError) -> String {
        let text = error.cause.map { String(describing: $0) } ?? error.message
        return text.isEmpty ? "no reason given" : text.printable(limit: 300)
    }
}
