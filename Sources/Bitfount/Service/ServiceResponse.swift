// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

/// A response that remembers which call it answers, so that failures can name it.
struct ServiceResponse: Sendable {
    let method: HTTPMethod
    let url: RedactedURL
    let http: HTTPResponse

    var status: Int { http.status }
    var body: Data { http.body }

    /// The body as a document of known shape, read strictly. Unknown fields are ignored.
    ///
    /// - Throws: `malformedResponse`.
    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws(BitfountError) -> Value {
        do {
            return try type.init(strictJSON: body)
        } catch {
            throw failure(.malformedResponse, "The answer is not what the service promises", underlying: error)
        }
    }

    /// The body as a JSON object, read strictly.
    ///
    /// - Throws: `malformedResponse` if it is anything else.
    func object() throws(BitfountError) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body)
        } catch {
            throw failure(.malformedResponse, "The answer is not JSON", underlying: error)
        }
        guard let object = value.objectValue else {
            throw failure(.malformedResponse, "The answer is not a JSON object")
        }
        return object
    }

    /// The failure that this response's status stands for.
    func failure() -> BitfountError {
        switch status {
        case 401: failure(.unauthorized, "The service does not accept the credentials")
        case 403: failure(.forbidden, "The service does not allow this")
        case 404: failure(.notFound, "The service does not know this")
        case 409: failure(.conflict, "The service says that this conflicts with what is there")
        case 413: failure(.payloadTooLarge, "The service says that this is too large")
        case 429: failure(.rateLimited, "The service asks for fewer requests")
        case 500...: failure(.serverFailure, "The service has a fault")
        default: failure(.unexpectedStatus, "The service answered with an unexpected status")
        }
    }

    /// A failure that names this call.
    func failure(_ code: BitfountError.Code, _ message: String, underlying: (any Error)? = nil) -> BitfountError {
        var error = BitfountError(code, message, underlying: underlying)
        error.method = method
        error.url = url
        error.status = status
        error.bodyExcerpt = http.excerpt
        return error
    }
}

extension BitfountError {
    /// What a failure of the transport means to a caller of the services.
    init(_ error: HTTPError) {
        let code: Code =
            switch error.code {
            case .invalidRequest, .plainHTTPRefused, .bodyFailed: .invalidArgument
            case .timedOut: .timedOut
            case .redirectRefused: .unexpectedStatus
            case .responseTooLarge, .malformedResponse: .malformedResponse
            case .file: .file
            case .cancelled: .cancelled
            case .connectionFailed, .connectionLost, .tls, .proxy, .overloaded, .unavailable: .unreachable
            }
        self.init(code, error.message, underlying: error)
        method = error.method
        url = error.url
        status = error.status
    }
}
