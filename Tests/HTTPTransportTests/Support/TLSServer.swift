// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import Synchronization
import TestSupport

/// A TLS server in a process of its own (`Fixtures/http/tls_server.py`).
final class TLSServer: Sendable {
    /// What the server does behind TLS.
    enum Mode {
        /// Passes the decrypted bytes on to a server.
        case relay(to: LoopbackServer)
        /// Speaks HTTP/2 and answers when so many requests of a connection are complete.
        case http2(requests: Int)
        /// The same, but says goodbye (GOAWAY) and ends the connection behind the answers.
        case http2WithGoodbye(requests: Int)
        /// Breaks off in the middle of the handshake.
        case hangup
    }

    let port: UInt16
    private let process: Process
    private let input = Pipe()
    private let report = Mutex(Report())

    /// What the server has told of connections, and who waits to be told of so many.
    private struct Report {
        var text = ""
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        var connections: [String] { text.split(separator: "\n").map(String.init) }

        /// Takes out those who need not wait any longer.
        mutating func satisfied() -> [CheckedContinuation<Void, Never>] {
            let count = connections.count
            defer { waiters.removeAll { $0.count <= count } }
            return waiters.filter { $0.count <= count }.map(\.continuation)
        }
    }

    /// Starts a server with the certificate that the authority issued last.
    init(_ authority: TestAuthority, newest version: String = "1.3", _ mode: Mode) async throws {
        let script = authority.directory.appending(path: "tls_server.py")
        try Fixtures.data("http/tls_server.py").write(to: script)
        let pipe = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let argument =
            switch mode {
            case .relay(let server): "relay:\(server.port)"
            case .http2(let requests): "h2:\(requests)"
            case .http2WithGoodbye(let requests): "goodbye:\(requests)"
            case .hangup: "hangup"
            }
        process.arguments = [
            "python3", "-W", "ignore", script.path, authority.path("server.pem"), authority.path("server.key"), version,
            argument,
        ]
        process.standardInput = input
        process.standardOutput = pipe
        try process.run()

        let reader = pipe.fileHandleForReading
        port = try await onThread {
            var line = Data()
            while line.last != UInt8(ascii: "\n") {
                let byte = try reader.read(upToCount: 1) ?? Data()
                guard !byte.isEmpty else { throw SocketError() }
                line += byte
            }
            guard let port = UInt16(String(decoding: line.dropLast(), as: UTF8.self)) else { throw SocketError() }
            return port
        }
        Thread { [self] in
            while case let data = reader.availableData, !data.isEmpty {
                let satisfied = report.withLock { report in
                    report.text += String(decoding: data, as: UTF8.self)
                    return report.satisfied()
                }
                satisfied.forEach { $0.resume() }
            }
        }.start()
    }

    /// What was agreed on for each connection, such as `TLSv1.3 h2`, as soon as there are at least so many: the server tells of
    /// them through a pipe, and so a little later than a client knows.
    func connections(atLeast count: Int) async -> [String] {
        await withCheckedContinuation { continuation in
            let satisfied = report.withLock { report in
                report.waiters.append((count, continuation))
                return report.satisfied()
            }
            satisfied.forEach { $0.resume() }
        }
        return report.withLock(\.connections)
    }

    func url(_ path: String = "/", host: String = "localhost") throws -> URL {
        guard let url = URL(string: "https://\(host):\(port)\(path)") else { throw SocketError() }
        return url
    }

    func stop() {
        try? input.fileHandleForWriting.close()
    }
}
