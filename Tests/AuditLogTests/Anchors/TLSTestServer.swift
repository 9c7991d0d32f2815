// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A TLS server on loopback with a certificate of its own for `localhost`, as OpenSSL's command line makes them.
final class TLSTestServer {
    struct Failure: Error {}

    let port: Int
    let caFile: String
    private let process = Process()
    private let output = Pipe()
    /// Never written to: at the end of its input the server would close the connection before it has read it.
    private let input = Pipe()

    init(in directory: TemporaryDirectory) throws {
        caFile = directory.path("ca.pem")
        let key = directory.path("tls.key")
        try Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out", caFile,
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ])
        port = try TestSocket(tcp: ()).port
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-quiet", "-accept", "localhost:\(port)", "-cert", caFile, "-key", key,
        ]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try waitUntilListening()
    }

    deinit {
        stop()
    }

    func stop() {
        if process.isRunning { process.terminate() }
    }

    /// What came in, once it is so many bytes.
    func received(upTo count: Int) async throws -> String {
        var data = Data()
        while data.count < count {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { break }
            data += piece
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func waitUntilListening() throws {
        // The kernel lists listening ports; asking it makes no connection that the server would see.
        let entry = String(format: ":%04X", port)
        while process.isRunning {
            let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap {
                try? String(contentsOfFile: $0, encoding: .utf8)
            }
            if tables.contains(where: {
                $0.split(separator: "\n").contains { $0.contains(entry) && $0.contains(" 0A ") }
            }) {
                return
            }
            sched_yield()
        }
        throw Failure()
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
    }
}
