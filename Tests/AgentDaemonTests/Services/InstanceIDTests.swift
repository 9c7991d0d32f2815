import Foundation
import Testing

@testable import AgentDaemon

@Suite("The id of an installation") struct InstanceIDTests {
    /// A directory like the state's, and the file with the id in it.
    private func inDirectory(_ body: (_ directory: URL, _ file: URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "instance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory, directory.appending(path: "instance_id"))
    }

    private func load(_ directory: URL) throws(AgentFailure) -> UUID {
        try InstanceID.load(from: directory, environment: [:])
    }

    @Test("It is made once, and only its owner can read it")
    func madeOnce() throws {
        try inDirectory { directory, file in
            let id = try load(directory)
            #expect(try load(directory) == id)
            #expect(try String(contentsOf: file, encoding: .utf8) == id.uuidString.lowercased() + "\n")
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test("What is no id is refused and stays", arguments: [Data("x".utf8), Data([0xFF, 0xFE]), Data()])
    func otherContent(content: Data) throws {
        try inDirectory { directory, file in
            try content.write(to: file)
            let failure = #expect(throws: AgentFailure.self) { try load(directory) }
            #expect(failure?.exitCode == .input)
            #expect(try Data(contentsOf: file) == content)
        }
    }

    @Test("A link that leads nowhere is not replaced by a new id")
    func danglingLink() throws {
        try inDirectory { directory, file in
            try FileManager.default.createSymbolicLink(
                atPath: file.path,
                withDestinationPath: "not-mounted/instance_id"
            )
            let failure = #expect(throws: AgentFailure.self) { try load(directory) }
            #expect(failure?.exitCode == .inputOutput)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == "not-mounted/instance_id")
        }
    }

    @Test("Something that can't be read is an error that names the file")
    func unreadable() throws {
        try inDirectory { directory, file in
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
            let failure = #expect(throws: AgentFailure.self) { try load(directory) }
            #expect(failure?.exitCode == .inputOutput)
            #expect(failure?.message.contains(file.path) == true)
        }
    }
}
