// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTransport

/// Measures one operation of the Hub client against a server, and prints seconds, megabytes and growth of memory as JSON.
///
/// `hub-benchmark upload|download|list URL [FILE]`; started by `Benchmarks/hub`.
@main
enum HubBenchmark {
    struct Measurement: Encodable {
        let seconds: Double
        /// How far the resident set grew beyond what it was when the operation began.
        let grownKilobytes: Int
        let items: Int
    }

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count >= 2, let base = URL(string: arguments[arguments.startIndex + 1]) else {
            throw BitfountError(.invalidArgument, "usage: hub-benchmark upload|download|list URL [FILE]")
        }
        let file = URL(filePath: arguments.count > 2 ? arguments[arguments.startIndex + 2] : "weights")
        let http = HTTPClient()
        defer { http.shutdown() }
        let hub = HubClient(session: session(base, http), http: http)
        // Whatever the first call costs, such as loading libraries, is not what is measured.
        _ = try await hub.projectName("warm-up")
        let operation: () async throws -> Int =
            switch arguments.first {
            case "upload":
                {
                    try await hub.sendWeights(file, model: "Model", version: 1)
                    return 1
                }
            case "download":
                {
                    let isThere = try await hub.downloadWeights(
                        of: ModelReference(owner: "alice", name: "Model"),
                        to: file
                    )
                    return isThere ? 1 : 0
                }
            default: { try await hub.pods().count }
            }
        let before = try residentKilobytes("VmRSS")
        let start = ContinuousClock.now
        let items = try await operation()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let grown = try residentKilobytes("VmHWM") - before
        let measurement = Measurement(seconds: seconds, grownKilobytes: grown, items: items)
        print(String(decoding: try JSONEncoder().encode(measurement), as: UTF8.self))
    }

    private static func session(_ base: URL, _ http: HTTPClient) -> BitfountSession {
        var environment = BitfountEnvironment.dev
        environment.hub = base
        environment.oauthAuthority = base
        return BitfountSession(
            environment: environment,
            credentials: .apiKey(id: Secret("id"), key: Secret("key"), username: "alice"),
            http: http
        )
    }

    /// A line of `/proc/self/status`: `VmRSS` is the resident set, `VmHWM` the largest that it ever was.
    private static func residentKilobytes(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
