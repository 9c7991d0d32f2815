// SPDX-License-Identifier: Apache-2.0

import FlameNode
import Foundation
import Hummingbird
import NIOCore
import StrictJSON

/// The answer to a ``FlameAction`` or an ``AuditAction`` over the status server's socket.
enum ActionReply {
    /// Why an action was not done (RFC 9457).
    struct Problem: Codable {
        let title: String
        let status: Int
        let hint: String?
        let exitCode: Int32

        private enum CodingKeys: String, CodingKey {
            case title = "title"
            case status = "status"
            case hint = "hint"
            case exitCode = "exit_code"
        }
    }

    static func response<Action: Decodable>(
        to body: Data,
        doing perform: (Action) async throws -> some Encodable
    ) async throws -> Response {
        do {
            let action: Action
            do {
                action = try Action(strictJSON: body)
            } catch {
                throw AgentFailure(.usage, "the running agent does not understand the command; is it another version?")
            }
            return Self.json(.ok, "application/json", try StatusReport.text(try await perform(action)))
        } catch {
            let failure = AgentFailure(describing: error)
            let problem = Problem(
                title: failure.message,
                status: 422,
                hint: failure.hint,
                exitCode: failure.exitCode.rawValue
            )
            let document = try StatusReport.text(problem)
            return Self.json(.unprocessableContent, "application/problem+json", document)
        }
    }

    private static func json(_ status: HTTPResponse.Status, _ type: String, _ body: String) -> Response {
        Response(status: status, headers: [.contentType: type], body: .init(byteBuffer: .init(string: body)))
    }
}
