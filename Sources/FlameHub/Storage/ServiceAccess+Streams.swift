// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport

extension ServiceAccess {
    /// The status is looked at before a byte is used: old clients took the text of an error for the file.
    func download(
        _ path: String,
        to destination: URL,
        progress: (@Sendable (HTTPClient.DownloadProgress) -> Void)?
    ) async throws(FlameHubError) {
        try await connection.exchange(request(path), as: authenticator) { http, request throws(HTTPError) in
            let response = try await http.download(request, to: destination, progress: progress)
            return response.status == 200 ? .success(()) : .failure(response)
        }
    }

    /// Reads a body while it comes. What `consume` throws is thrown as it is.
    func read<Value: Sendable>(
        _ path: String,
        _ consume: (HTTPResponseBody) async throws -> Value
    ) async throws -> Value {
        let result = try await connection.exchange(request(path), as: authenticator) {
            http,
            request throws(HTTPError) -> HubConnection.Outcome<Result<Value, any Error>> in
            do {
                return try await http.stream(request) { response in
                    guard response.status == 200 else {
                        let body = try await response.body.collect(atMost: Self.errorBytes)
                        return .failure(HTTPResponse(head: response.head, body: body))
                    }
                    do {
                        return .success(.success(try await consume(response.body)))
                    } catch {
                        return .success(.failure(error))
                    }
                }
            } catch let error as HTTPError {
                throw error
            } catch {
                throw HTTPError(.connectionLost, "The response broke off.", underlying: error)
            }
        }
        return try result.get()
    }

    /// How much of the body of a refused stream is read.
    private static let errorBytes = 65_536

    private func request(_ path: String) -> HubRequest {
        var request = HubRequest.get(path)
        request.headers = ["Accept": "*/*", "Accept-Encoding": "identity"]
        request.isStream = true
        return request
    }
}
