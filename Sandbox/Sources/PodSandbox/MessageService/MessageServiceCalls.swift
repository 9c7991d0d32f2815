// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import Foundation
import GRPCCore

/// What all calls have in common: credentials, faults, records.
extension SandboxMessageService {
    func answer<Input: Sendable, Output: Sendable>(
        _ method: String,
        _ request: ServerRequest<Input>,
        _ context: ServerContext,
        _ body: (MessageServiceCaller, Input) async throws -> Output
    ) async throws -> ServerResponse<Output> {
        let arrival = Date()
        let credentials = Result { try Self.credentials(in: request.metadata) }
        let caller = (try? credentials.get()).flatMap(caller(with:))
        do {
            let fault = faults.next(method: method, caller: caller?.username)
            try await commitBefore(fault, context)
            _ = try credentials.get()
            guard let caller else { throw RPCError(code: .unauthenticated, message: "the credentials are not valid") }
            let output = try await body(caller, request.message)
            if case .lostAnswer(let code) = fault { throw RPCError(code: code, message: "injected") }
            record(RecordedCall(at: arrival, method: method, caller: caller.username, failure: nil))
            return ServerResponse(message: output)
        } catch let error as RPCError {
            record(RecordedCall(at: arrival, method: method, caller: caller?.username, failure: error.code))
            throw error
        }
    }

    private func caller(with credentials: PresentedCredentials) -> MessageServiceCaller? {
        guard let user = directory.authenticate(credentials, form: .core) else { return nil }
        if case .apiKey = credentials { return MessageServiceCaller(username: user.username, usesAPIKey: true) }
        return MessageServiceCaller(username: user.username, usesAPIKey: false)
    }

    private func commitBefore(_ fault: CallFault?, _ context: ServerContext) async throws {
        switch fault {
        case .status(let code):
            throw RPCError(code: code, message: "injected")
        case .delay(let duration):
            try await Task.sleep(for: duration)
        case .dropConnection:
            connections.drop(peer: context.remotePeer)
            throw RPCError(code: .unavailable, message: "the connection is cut")
        case .lostAnswer, nil:
            break
        }
    }

    private func record(_ call: RecordedCall) {
        state.change { $0.calls.append(call, capacity: MessageServiceState.recordCapacity) }
    }

    /// The metadata of every call (bitfount-protocol.md, 2.2).
    private static func credentials(in metadata: Metadata) throws -> PresentedCredentials {
        let token = Array(metadata[stringValues: "token"])
        let id = Array(metadata[stringValues: "x-api-key-id"])
        let key = Array(metadata[stringValues: "x-api-key"])
        switch (token.count, id.count, key.count) {
        case (1, 0, 0):
            guard !token[0].hasPrefix("Bearer ") else {
                throw RPCError(code: .unauthenticated, message: "the token comes without the word Bearer")
            }
            return .token(token[0])
        case (0, 1, 1):
            guard !id[0].contains(":"), !key[0].contains(":") else {
                throw RPCError(code: .unauthenticated, message: "only the part before the colon may be sent here")
            }
            return .apiKey(id: id[0], key: key[0])
        default:
            throw RPCError(code: .unauthenticated, message: "there must be a token, or an API key and its id")
        }
    }
}
