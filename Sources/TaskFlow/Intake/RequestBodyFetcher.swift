// SPDX-License-Identifier: Apache-2.0

package import BitfountTasks
import Foundation
package import HTTPTransport

/// Fetches a message's body where the message only has its address (bitfount-protocol.md, 7.9).
package struct RequestBodyFetcher: Sendable {
    /// Why there is no body.
    enum Failure: Error {
        /// The address is not one that this agent fetches from.
        case refused(LargeObjectReference.Refusal)
        /// The storage answered with something other than 200, or not at all.
        case unavailable(any Error)
    }

    private let policy: LargeObjectPolicy
    private let http: HTTPClient
    private let maximumBytes: Int

    package init(policy: LargeObjectPolicy, http: HTTPClient, maximumBytes: Int) {
        self.policy = policy
        self.http = http
        self.maximumBytes = maximumBytes
    }

    /// The body itself, or the object that it points to. No credentials are sent and no redirect is followed.
    func load(_ body: [UInt8]) async throws(Failure) -> [UInt8] {
        switch LargeObjectReference.parse(body: body, policy: policy) {
        case .inline: return body
        case .refused(let refusal): throw .refused(refusal)
        case .url(let url): return LargeObjectContent.unwrap(try await fetch(url))
        }
    }

    private func fetch(_ url: URL) async throws(Failure) -> [UInt8] {
        var request = HTTPRequest(.get, url)
        request.maximumResponseBytes = Int64(maximumBytes)
        let response: HTTPResponse
        do {
            response = try await http.send(request)
        } catch {
            throw .unavailable(error)
        }
        guard response.status == 200 else { throw .unavailable(UnexpectedStatus(status: response.status)) }
        return [UInt8](response.body)
    }
}

/// Object storage answered, but not with the object.
private struct UnexpectedStatus: Error, CustomStringConvertible {
    let status: Int
    var description: String { "object storage answered \(status)" }
}
