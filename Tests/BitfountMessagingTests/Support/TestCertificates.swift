// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRPCNIOTransportHTTP2
import Testing

/// A certificate authority and a server's certificate, made anew for each test by the `openssl` command.
final class TestCertificates: Sendable {
    let directory: URL

    var caFile: URL { directory.appendingPathComponent("ca.pem") }
    var certificateFile: URL { directory.appendingPathComponent("server.pem") }
    var keyFile: URL { directory.appendingPathComponent("server.key") }

    /// - Parameter names: The server's names, such as `DNS:localhost`.
    init(names: String = "DNS:localhost,DNS:messages.test,IP:127.0.0.1") throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try openssl(
            ["req", "-x509", "-subj", "/CN=Test CA", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"] + key
        )
        try openssl(["req", "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"] + key)
        try Data("subjectAltName=\(names)\n".utf8).write(to: directory.appendingPathComponent("server.ext"))
        try openssl([
            "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "server.ext", "-out", "server.pem",
        ])
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    var serverSecurity: HTTP2ServerTransport.Posix.TransportSecurity {
        .tls(
            certificateChain: [.file(path: certificateFile.path, format: .pem)],
            privateKey: .file(path: keyFile.path, format: .pem)
        )
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = directory
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments.first ?? "")")
    }

    /// Runs `openssl s_server` with one version of TLS while the body runs. It answers nothing.
    ///
    /// - Parameter protocols: What it offers in the handshake (ALPN); `nil` for nothing.
    func withOpenSSLServer<Result>(
        _ version: String,
        offering protocols: String? = "h2",
        _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", version, "-cert", certificateFile.path, "-key",
            keyFile.path,
            "-cipher", "ALL:@SECLEVEL=0", "-naccept", "10",
        ] + (protocols.map { ["-alpn", $0] } ?? [])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // At the end of its input the server closes its connections.
        let input = Pipe()
        process.standardInput = input
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            // A child inherits the blocked signals of the thread that starts it; this one can't be blocked.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        var text = ""
        while text.wholeMatch(of: /(?s).*ACCEPT [0-9.]+:[0-9]+\n.*/) == nil {
            let piece = output.fileHandleForReading.availableData
            try #require(!piece.isEmpty, "openssl s_server ended")
            text += String(decoding: piece, as: UTF8.self)
        }
        let port = text.firstMatch(of: /ACCEPT [0-9.]+:([0-9]+)/).flatMap { Int($0.1) }
        return try await body(try #require(port))
    }
}
