// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemFiles
import TestSupport
import Testing

struct AtomicFileTests {
    private let directory: TemporaryDirectory
    private var url: URL { directory.file("file") }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func write(_ text: String, to file: AtomicFile) throws {
        try file.write(Data(text.utf8))
    }

    @Test func takesItsNameOnlyWhenItIsWhole() throws {
        _ = try directory.write("old", "file", mode: 0o644)
        let file = try AtomicFile(url)
        try write("ne", to: file)
        #expect(try String(contentsOf: url, encoding: .utf8) == "old")
        try write("w", to: file)
        try file.commit(.replace)
        #expect(try String(contentsOf: url, encoding: .utf8) == "new")
        #expect(TemporaryDirectory.mode(url) == 0o600)
        #expect(try directory.names == ["file"])
    }

    @Test func whatIsNotCommittedIsRemoved() throws {
        do {
            let file = try AtomicFile(url)
            try write("half", to: file)
            #expect(try directory.names.count == 1)
        }
        #expect(try directory.names.isEmpty)
    }

    @Test func keepsWhatIsThere() throws {
        _ = try directory.write("old", "file", mode: 0o600)
        let file = try AtomicFile(url)
        let error = #expect(throws: FileError.self) { try file.commit(.keep) }
        #expect(error?.code == .exists)
        #expect(error?.message == "\(url.path) exists already and was not overwritten")
        #expect(try String(contentsOf: url, encoding: .utf8) == "old")
    }

    @Test(arguments: [0o600, 0o640, 0o644, 0o666] as [mode_t])
    func hasItsPermissionsWhateverTheUmask(_ permissions: mode_t) throws {
        try AtomicFile.write(Data(), to: url, permissions: permissions, existing: .keep)
        #expect(TemporaryDirectory.mode(url) == permissions)
    }

    @Test func makesADirectoryOfOursOnly() throws {
        let below = directory.file("a/b/file")
        let error = #expect(throws: FileError.self) { _ = try AtomicFile(below, in: .anywhere) }
        #expect(error?.code == .missing)
        try AtomicFile(below).commit(.keep)
        #expect(TemporaryDirectory.mode(directory.file("a")) == 0o700)
        #expect(TemporaryDirectory.mode(directory.file("a/b")) == 0o700)
    }

    @Test func aDirectoryOfOthersIsGoodEnoughForWhatIsNoSecret() throws {
        chmod(directory.url.path, 0o777)
        let error = #expect(throws: FileError.self) { _ = try AtomicFile(url) }
        #expect(error?.code == .notPrivate)
        try AtomicFile(url, in: .anywhere).commit(.keep)
        #expect(try directory.names == ["file"])
    }
}
