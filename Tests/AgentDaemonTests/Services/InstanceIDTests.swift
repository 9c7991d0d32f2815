// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AgentDaemon

struct InstanceIDTests {
    private let directory: TemporaryDirectory
    private var file: URL { directory.file("instance_id") }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func load(_ environment: [String: String] = [:]) throws(AgentFailure) -> UUID {
        try InstanceID.load(from: directory.url, environment: environment)
    }

    @Test func isMadeOnce() throws {
        let id = try load()
        #expect(try load() == id)
        #expect(try String(contentsOf: file, encoding: .utf8) == id.uuidString.lowercased() + "\n")
        #expect(try directory.names == ["instance_id"])
        #expect(TemporaryDirectory.mode(file) == 0o600)
    }

    @Test func theEnvironmentOverridesIt() throws {
        let id = UUID()
        #expect(try load(["BITFOUNT_INSTALLATION_UUID": id.uuidString]) == id)
        #expect(try directory.names.isEmpty)
        #expect(throws: AgentFailure.self) { try load(["BITFOUNT_INSTALLATION_UUID": "x"]) }
    }

    @Test(arguments: [Data([0xFF, 0xFE, 0x00]), Data(), Data("not an id".utf8), Data(repeating: 0x61, count: 5_000)])
    func isNeverReplaced(_ content: Data) throws {
        try content.write(to: file)
        #expect(throws: AgentFailure.self) { try load() }
        #expect(try Data(contentsOf: file) == content)
    }

    @Test func aFileThatCannotBeReadIsNotReplaced() throws {
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
        #expect(throws: AgentFailure.self) { try load() }
        try FileManager.default.removeItem(at: file)
        // A link to a disk that isn't mounted.
        symlink("nowhere/instance_id", file.path)
        #expect(throws: AgentFailure.self) { try load() }
        #expect(try directory.names == ["instance_id"])
    }
}

struct StateDirectoryTests {
    @Test func isForTheOwnerAlone() throws {
        let directory = try TemporaryDirectory()
        let url = directory.file("a/state")
        _ = try StateDirectory(url)
        _ = try StateDirectory(url)
        #expect(TemporaryDirectory.mode(url) == 0o700)
        chmod(url.path, 0o750)
        let failure = #expect(throws: AgentFailure.self) { _ = try StateDirectory(url) }
        #expect(failure?.exitCode == .denied)
        #expect(failure?.hint == "chmod 0700 \(url.path)")
        _ = try directory.write("x", "file", mode: 0o600)
        #expect(
            #expect(throws: AgentFailure.self) { _ = try StateDirectory(directory.file("file")) }?.exitCode
                == .inputOutput
        )
    }
}
