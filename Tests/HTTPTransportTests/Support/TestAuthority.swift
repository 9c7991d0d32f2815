// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport

/// A certificate authority made for one test by the `openssl` program. Its files go when it does.
final class TestAuthority: Sendable {
    let directory: URL

    /// The authority's own certificate.
    var certificate: URL { directory.appending(path: "ca.pem") }

    init() async throws {
        directory = try temporaryDirectory()
        try await openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-noenc",
            "-days",
            "2",
            "-subj",
            "/CN=Authority",
            "-keyout",
            path("ca.key"),
            "-out",
            path("ca.pem")
        )
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    /// Makes `server.pem` and `server.key` for the names of a `subjectAltName`.
    func issue(for names: String) async throws {
        try await openssl(
            "req",
            "-x509",
            "-CA",
            path("ca.pem"),
            "-CAkey",
            path("ca.key"),
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-noenc",
            "-days",
            "2",
            "-subj",
            "/CN=server",
            "-addext",
            "subjectAltName=\(names)",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            path("server.key"),
            "-out",
            path("server.pem")
        )
    }

    func path(_ name: String) -> String {
        directory.appending(path: name).path
    }

    private func openssl(_ arguments: String...) async throws {
        try await onThread {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["openssl"] + arguments
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw SocketError() }
        }
    }
}

/// A new empty directory.
func temporaryDirectory() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "pod-agent-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    return url
}
