// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import Foundation
import GRPCCore
import Synchronization

/// A message service that answers as it is told and remembers what it was asked.
final class ScriptedService: Messages_MessageService.SimpleServiceProtocol {
    struct Received: Sendable {
        var pods: [Messages_PodData] = []
        var polls: [Messages_CommunicationDetails] = []
        var acknowledgements: [Messages_Acknowledgement] = []
        var sent: [Messages_BitfountMessage] = []
        /// The metadata of every call, in order.
        var metadata: [Metadata] = []
    }

    private struct State {
        var received = Received()
        var failures: [RPCError] = []
        var waiting: [Messages_BitfountMessage] = []
    }

    /// While it is closed no call is answered.
    let gate: Gate
    private let state = Mutex(State())

    init(isOpen: Bool = true) {
        gate = Gate(isOpen: isOpen)
    }

    var received: Received {
        state.withLock { $0.received }
    }

    /// The next calls fail, one with each error.
    func fail(with errors: [RPCError]) {
        state.withLock { $0.failures += errors }
    }

    /// A message waits in every mailbox.
    func deliver(_ message: Messages_BitfountMessage) {
        state.withLock { $0.waiting.append(message) }
    }

    private func answer<Answer: Sendable>(_ answer: (inout State) throws -> sending Answer) async throws -> Answer {
        try await gate.pass()
        return try state.withLock { state throws in
            guard state.failures.isEmpty else { throw state.failures.removeFirst() }
            return try answer(&state)
        }
    }

    func podConnect(request: Messages_PodData, context: ServerContext) async throws -> Messages_SuccessResponse {
        try await answer {
            $0.received.pods.append(request)
            return Messages_SuccessResponse()
        }
    }

    func getBitfountMessage(
        request: Messages_CommunicationDetails,
        context: ServerContext
    ) async throws -> Messages_BitfountMessage {
        try await answer {
            $0.received.polls.append(request)
            guard !$0.waiting.isEmpty else { throw RPCError(code: .notFound, message: "nothing waits") }
            return $0.waiting.removeFirst()
        }
    }

    func acknowledgeMessage(
        request: Messages_Acknowledgement,
        context: ServerContext
    ) async throws -> Messages_SuccessResponse {
        try await answer {
            $0.received.acknowledgements.append(request)
            return Messages_SuccessResponse()
        }
    }

    func sendBitfountMessage(
        request: Messages_BitfountMessage,
        context: ServerContext
    ) async throws -> Messages_SuccessResponse {
        try await answer {
            $0.received.sent.append(request)
            return Messages_SuccessResponse()
        }
    }

    // The agent makes none of the calls below.

    func getLargeObjectStorage(
        request: Messages_LargeStorageRequest,
        context: ServerContext
    ) async throws -> Messages_BlobStorageData {
        throw RPCError(code: .unimplemented, message: "")
    }

    func setupTaskMailboxes(
        request: Messages_BitfountTasks,
        context: ServerContext
    ) async throws -> Messages_CommunicationDetails {
        throw RPCError(code: .unimplemented, message: "")
    }

    func setupTask(
        request: Messages_TaskTransferRequests,
        context: ServerContext
    ) async throws -> Messages_TaskTransferMetadata {
        throw RPCError(code: .unimplemented, message: "")
    }

    func initiateTask(
        request: Messages_BitfountTasks,
        context: ServerContext
    ) async throws -> Messages_CommunicationDetails {
        throw RPCError(code: .unimplemented, message: "")
    }

    func diagnostics(
        request: Messages_DiagnosticsParameters,
        context: ServerContext
    ) async throws -> Messages_ServiceDiagnostics {
        throw RPCError(code: .unimplemented, message: "")
    }
}

extension ScriptedService: ServerInterceptor {
    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>,
        context: ServerContext,
        next:
            @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        state.withLock { $0.received.metadata.append(request.metadata) }
        return try await next(request, context)
    }
}
