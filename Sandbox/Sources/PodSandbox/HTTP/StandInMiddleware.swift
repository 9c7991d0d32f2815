// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What all HTTP stand-ins have in common: requests are recorded, faults committed, refusals turned into answers.
struct StandInMiddleware: RouterMiddleware {
    typealias Context = SandboxRequestContext

    /// The largest body that is collected, in bytes.
    static let maximumBodyBytes = 16 << 20

    let log: RequestLog
    let faults: FaultPlan
    /// Whether a request's body is read before the handler runs; false where it is streamed.
    let collectsBody: @Sendable (Request) -> Bool
    let refusalBody: @Sendable (Refusal) -> JSONValue

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var request = request
        let body = collectsBody(request) ? try await request.collectBody(upTo: Self.maximumBodyBytes) : ByteBuffer()
        let number = log.append(RecordedRequest(request, body: body))
        let response = try await answer(request, context, next)
        log.answered(number, status: response.status.code)
        return response
    }

    private func answer(
        _ request: Request,
        _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if let fault = faults.next(method: request.method.rawValue, path: request.uri.path) {
            if let instead = try await fault.commitBefore(on: context.channel) { return instead }
            let response = try await respond(request, context, next)
            return try await fault.spoil(response, of: context.channel)
        }
        return try await respond(request, context, next)
    }

    /// The handler's answer, with the fault that the handler itself asked for.
    private func respond(
        _ request: Request,
        _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await refusalsAnswered { try await next(request, context) }
        } catch let script as ScriptedFault {
            if let instead = try await script.fault.commitBefore(on: context.channel) { return instead }
            return try await script.fault.spoil(.json(["code": "ACCEPT", "limits": nil]), of: context.channel)
        }
    }

    private func refusalsAnswered(_ answer: () async throws -> Response) async throws -> Response {
        do {
            return try await answer()
        } catch let script as ScriptedFault {
            throw script
        } catch let refusal as Refusal {
            return Response.json(refusalBody(refusal), status: .init(code: refusal.status))
        } catch let error as any HTTPResponseError {
            return Response.json(refusalBody(Refusal(error.status.code, "\(error)")), status: error.status)
        } catch {
            return Response.json(refusalBody(Refusal(500, "\(error)")), status: .internalServerError)
        }
    }
}

extension Fault {
    /// Does what comes before the request is handled; returns the answer when it is not to be handled at all.
    fileprivate func commitBefore(on channel: any Channel) async throws -> Response? {
        switch self {
        case .status(let status, let body, let headers):
            var response = Response(
                status: .init(code: status),
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: body))
            )
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { response.headers[name] = value }
            }
            return response
        case .delay(let duration):
            try await Task.sleep(for: duration)
        case .dropConnection:
            try await channel.close()
            throw CancellationError()
        case .lostAnswer, .truncatedBody, .notJSON, .jsonList, .wrongTypes:
            break
        }
        return nil
    }

    /// The answer as this fault leaves it.
    fileprivate func spoil(_ response: Response, of channel: any Channel) async throws -> Response {
        var spoilt = response
        switch self {
        case .lostAnswer:
            try await channel.close()
            throw CancellationError()
        case .truncatedBody:
            let whole = try await response.collectedBody()
            spoilt.body = ResponseBody(contentLength: max(whole.readableBytes, 2)) { writer in
                try await writer.write(whole.getSlice(at: whole.readerIndex, length: whole.readableBytes / 2) ?? whole)
                try await channel.close()
            }
        case .notJSON:
            spoilt.headers[.contentType] = "text/html"
            spoilt.body = .init(byteBuffer: ByteBuffer(string: "<html><body>It works!</body></html>"))
        case .jsonList:
            spoilt.body = .init(byteBuffer: ByteBuffer(string: #"["ACCEPT"]"#))
        case .wrongTypes:
            let whole = try await response.collectedBody()
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(whole.readableBytesView))
            spoilt.body = .init(byteBuffer: ByteBuffer(bytes: try value.withWrongTypes.encoded()))
        case .status, .delay, .dropConnection:
            break
        }
        return spoilt
    }
}
