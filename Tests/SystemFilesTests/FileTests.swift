// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemFiles
import TestSupport
import Testing

struct FileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    // MARK: Reading

    @Test func readsPieceByPieceAndFromAnywhere() throws {
        let url = try directory.write("0123456789", "file", mode: 0o600)
        let file = try ReadableFile(url)
        #expect(try file.byteCount() == 10)
        #expect(try file.read(4) == Data("0123".utf8))
        #expect(try file.read(3, at: 1) == Data("123".utf8))
        #expect(try file.read(100) == Data("456789".utf8))
        #expect(try file.read(1).isEmpty)
        #expect(try file.read(5, at: 20).isEmpty)
    }

    @Test func onlyARegularFileHasASize() throws {
        mkfifo(directory.file("pipe").path, 0o600)
        // Opening the pipe doesn't wait for a writer.
        let pipe = try ReadableFile(directory.file("pipe"))
        #expect(#expect(throws: FileError.self) { _ = try pipe.byteCount() }?.code == .failed)
        let folder = try ReadableFile(directory.url)
        #expect(#expect(throws: FileError.self) { _ = try folder.read(1) }?.code == .failed)
        #expect(#expect(throws: FileError.self) { _ = try ReadableFile(directory.file("none")) }?.code == .missing)
    }

    // MARK: Creating

    @Test func makesNewFilesOnly() throws {
        let url = directory.file("new")
        let file = try FileHandle(creating: url)
        try file.write(contentsOf: Data("x".utf8))
        try file.close()
        #expect(TemporaryDirectory.mode(url) == 0o600)
        #expect(#expect(throws: FileError.self) { _ = try FileHandle(creating: url) }?.code == .exists)
        #expect(try String(contentsOf: url, encoding: .utf8) == "x")
        symlink("elsewhere", directory.file("link").path)
        #expect(
            #expect(throws: FileError.self) { _ = try FileHandle(creating: directory.file("link")) }?.code == .exists
        )
        #expect(try !directory.names.contains("elsewhere"))
    }

    // MARK: Directories

    @Test func makesWhatIsMissingOfADirectory() throws {
        let url = directory.file("a/b/c")
        try PrivateDirectory.make(url)
        try PrivateDirectory.make(url)
        try PrivateDirectory.check(url)
        #expect(["a", "a/b", "a/b/c"].allSatisfy { TemporaryDirectory.mode(directory.file($0)) == 0o700 })
    }

    @Test(arguments: [0o755, 0o750, 0o701, 0o777] as [mode_t])
    func refusesADirectoryThatIsOpenToOthers(_ mode: mode_t) throws {
        chmod(directory.url.path, mode)
        let error = #expect(throws: FileError.self) { try PrivateDirectory.check(directory.url) }
        #expect(error?.code == .notPrivate)
    }

    @Test func refusesWhatIsNoDirectory() throws {
        let url = try directory.write("x", "file", mode: 0o700)
        #expect(#expect(throws: FileError.self) { try PrivateDirectory.check(url) }?.code == .failed)
        #expect(
            #expect(throws: FileError.self) { try PrivateDirectory.make(directory.file("file/below")) }?.code == .failed
        )
    }

    // MARK: Errors

    @Test func namesTheFileAndTheReason() throws {
        let url = directory.file("none")
        let error = #expect(throws: FileError.self) { _ = try ReadableFile(url) }
        #expect(error?.message == "\(url.path) can't be opened")
        #expect(error?.description == "\(url.path) can't be opened: No such file or directory")
        #expect(SystemError(number: EACCES).description == "Permission denied")
        #expect(FileError(.failed, "/x is a pipe").description == "/x is a pipe")
    }
}
