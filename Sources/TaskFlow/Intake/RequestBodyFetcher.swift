// SPDX-License-Identifier: Apache-2.0

package import BitfountTasks
import Foundation
package import HTTPTransport

/// Fetches a message's body where the message only has its address (bitfount-protocol.md, 7.9), within a budget of bytes that
/// all tasks share.
package struct RequestBodyFetcher: Sendable {
    /// Why there is no body.
    enum Failure: Error {
        /// The address is not one that this agent fetches from.
        case refused(LargeObjectReference.Refusal)
        /// The storage answered with something other than 200, or not at all.
        case unavailable(any Error)
        /// It did not come in the time that there was, or the agent is stopping.
        case timeUp
    }

    /// A body, and the claim on memory that goes with it: to be released when the body isn't needed any more.
    struct Body: Sendable {
        let bytes: [UInt8]
        let claim: ByteClaim
    }

    /// How long an object may take from its first byte to its last: 20 s, in which nobody else has the memory that it needs.
    static let transferTime: Duration = .seconds(20)
    /// The most that the first generation wraps around a body (bitfount-protocol.md, 7.9), in bytes.
    private static let wrapperBytes = 5

    /// What requests may take of the memory.
    let memory: RequestMemory
    private let policy: LargeObjectPolicy
    private let http: HTTPClient
    private let maximumBytes: Int
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - maximumBytes: The longest request; more than the intake reads is never fetched.
    ///   - bytesInFlight: How much of requests is in memory at once.
    package init(
        policy: LargeObjectPolicy,
        http: HTTPClient,
        maximumBytes: Int = PackingLimits.taskRequest.maximumPackedBytes,
        bytesInFlight: Int = 24 << 20,
        clock: any Clock<Duration> = .continuous
    ) {
        self.policy = policy
        self.http = http
        self.maximumBytes = min(maximumBytes, PackingLimits.taskRequest.maximumPackedBytes) + Self.wrapperBytes
        memory = RequestMemory(bytes: bytesInFlight)
        self.clock = clock
    }

    /// Whether a message's body is an address, so that the request would have to be fetched.
    func isElsewhere(_ body: [UInt8]) -> Bool {
        LargeObjectReference.parse(body: body, policy: policy) != .inline
    }

    /// The body itself, or the object that it points to. No credentials are sent and no redirect is followed.
    ///
    /// - Parameter time: How long it may take, waiting for memory included.
    func load(_ body: [UInt8], within time: Duration) async throws(Failure) -> Body {
        switch LargeObjectReference.parse(body: body, policy: policy) {
        case .inline:
            guard let claim = await memory.claim(body.count) else { throw .timeUp }
            return Body(bytes: body, claim: claim)
        case .refused(let refusal):
            throw .refused(refusal)
        case .url(let url):
            let result = await clock.run(for: time) { () async throws(Failure) in try await fetch(url) }
            guard let result else { throw .timeUp }
            return try result.get()
        }
    }

    private func fetch(_ url: URL) async throws(Failure) -> Body {
        var request = HTTPRequest(.get, url)
        request.maximumResponseBytes = Int64(maximumBytes)
        // While an object waits for memory no time of its own passes.
        request.timeout = nil
        request.idleTimeout = Self.transferTime
        // Packed once more, little would become much.
        request.headers["Accept-Encoding"] = "identity"
        do {
            return try await http.stream(request) { response in try await read(response) }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .unavailable(error)
        }
    }

    private func read(_ response: HTTPResponseStream) async throws -> Body {
        guard response.status == 200 else { throw UnexpectedAnswer(problem: "\(response.status)") }
        if let encoding = response.headers["Content-Encoding"], encoding.lowercased() != "identity" {
            throw UnexpectedAnswer(problem: "a content encoding")
        }
        // More than is announced is never delivered.
        let length = response.headers["Content-Length"].flatMap(Int.init) ?? maximumBytes
        guard let claim = await memory.claim(min(max(0, length), maximumBytes)) else { throw Failure.timeUp }
        let collected = await clock.run(for: Self.transferTime) { () async throws(Failure) in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(min(max(0, length), maximumBytes))
            do {
                for try await piece in response.body { bytes += piece }
            } catch {
                throw .unavailable(error)
            }
            return bytes
        }
        guard let collected else { throw Failure.timeUp }
        return Body(bytes: LargeObjectContent.unwrap(try collected.get()), claim: claim)
    }
}

/// Object storage answered, but not with the object.
private struct UnexpectedAnswer: Error, CustomStringConvertible {
    let problem: String
    var description: String { "object storage answered with \(problem)" }
}
