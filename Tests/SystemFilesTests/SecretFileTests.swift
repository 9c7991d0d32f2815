// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemFiles
import TestSupport
import Testing

struct SecretFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func code(_ body: () throws(FileError) -> Void) -> FileError.Code? {
        do {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    private func loadCode(_ url: URL) -> FileError.Code? {
        code { () throws(FileError) in _ = try SecretFile(url).bytes() }
    }

    @Test func createsAFileThatOnlyTheOwnerCanRead() throws {
        let url = directory.url.appending(path: "state/keys/secret")
        let file = SecretFile(url)
        #expect(try !FilePresence.check(file.url))
        let previous = umask(0)
        defer { umask(previous) }
        try file.create([1, 2, 3])
        #expect(try FilePresence.check(file.url))
        #expect(try file.bytes() == [1, 2, 3])
        #expect(TemporaryDirectory.mode(url) == 0o600)
        #expect(TemporaryDirectory.mode(directory.file("state")) == 0o700)
        #expect(TemporaryDirectory.mode(directory.file("state/keys")) == 0o700)
    }

    @Test func neverOverwritesByCreating() throws {
        let file = SecretFile(directory.file("secret"))
        try file.create([1])
        #expect(code { () throws(FileError) in try file.create([2]) } == .exists)
        #expect(try file.bytes() == [1])
        #expect(try directory.names == ["secret"])
    }

    @Test func replaces() throws {
        let file = SecretFile(directory.file("secret"))
        try file.replace([1])
        try file.replace([2, 3])
        #expect(try file.bytes() == [2, 3])
        #expect(try directory.names == ["secret"])
        // A file that was open to others is not so afterwards.
        _ = try directory.write("x", "open", mode: 0o644)
        try SecretFile(directory.file("open")).replace([4])
        #expect(TemporaryDirectory.mode(directory.file("open")) == 0o600)
    }

    @Test func aReplacementThatFailsLeavesNothingBehind() throws {
        // A directory in the place of the file can't be replaced.
        try FileManager.default.createDirectory(at: directory.file("secret"), withIntermediateDirectories: false)
        let file = SecretFile(directory.file("secret"))
        #expect(code { () throws(FileError) in try file.replace([1]) } == .failed)
        #expect(code { () throws(FileError) in try file.create([1]) } == .exists)
        #expect(try directory.names == ["secret"])
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666] as [mode_t])
    func refusesFilesOpenToOthers(mode: mode_t) throws {
        let url = try directory.write("secret", "file", mode: mode)
        let error = #expect(throws: FileError.self) { try SecretFile(url).bytes() }
        #expect(error?.code == .notPrivate)
        #expect(error?.message.contains("chmod 600") == true)
        #expect(error.map { "\($0)" }?.contains("secret") == false)
    }

    @Test(arguments: [0o600, 0o400, 0o700] as [mode_t])
    func readsFilesOfTheOwner(mode: mode_t) throws {
        let url = try directory.write("secret", "file", mode: mode)
        #expect(try SecretFile(url).bytes() == Array("secret".utf8))
    }

    @Test func aGroupMayReadSystemdCredentials() throws {
        let url = try directory.write("secret", "file", mode: 0o440)
        let file = SecretFile(url, credentialsDirectory: directory.url)
        if geteuid() == 0 {
            #expect(try file.bytes().count == 6)
            _ = try directory.write("secret", "file", mode: 0o444)
        }
        #expect(code { () throws(FileError) in _ = try file.bytes() } == .notPrivate)
        let elsewhere = SecretFile(url, credentialsDirectory: directory.file("other"))
        #expect(code { () throws(FileError) in _ = try elsewhere.bytes() } == .notPrivate)
    }

    @Test func refusesWhatIsNotARegularFile() throws {
        #expect(loadCode(directory.url) == .failed)
        mkfifo(directory.file("pipe").path, 0o600)
        #expect(loadCode(directory.file("pipe")) == .failed)
        #expect(loadCode(directory.file("nothing")) == .missing)
    }

    @Test func followsLinksToPrivateFilesOnly() throws {
        _ = try directory.write("a", "private", mode: 0o600)
        _ = try directory.write("b", "open", mode: 0o644)
        symlink("private", directory.file("one").path)
        symlink("open", directory.file("two").path)
        symlink("nowhere", directory.file("three").path)
        #expect(loadCode(directory.file("one")) == nil)
        #expect(loadCode(directory.file("two")) == .notPrivate)
        #expect(loadCode(directory.file("three")) == .missing)
        // A link that leads nowhere is there: nothing may be created through it.
        let file = SecretFile(directory.file("three"))
        #expect(try FilePresence.check(file.url))
        #expect(code { () throws(FileError) in try file.create([1]) } == .exists)
        #expect(try !directory.names.contains("nowhere"))
    }

    @Test func boundsTheLength() throws {
        let url = try directory.write("12345", "file", mode: 0o600)
        #expect(try SecretFile(url, maximumBytes: 5).bytes().count == 5)
        let file = SecretFile(url, maximumBytes: 4)
        #expect(code { () throws(FileError) in _ = try file.bytes() } == .failed)
    }

    @Test func refusesDirectoriesThatOthersCanWriteTo() throws {
        chmod(directory.url.path, 0o770)
        let file = SecretFile(directory.file("secret"))
        #expect(code { () throws(FileError) in try file.create([1]) } == .notPrivate)
        #expect(code { () throws(FileError) in try file.replace([1]) } == .notPrivate)
        #expect(try directory.names.isEmpty)
    }

    @Test func cannotTellWhetherAFileBehindAFileExists() throws {
        _ = try directory.write("x", "file", mode: 0o600)
        let file = SecretFile(directory.file("file/below"))
        #expect(code { () throws(FileError) in _ = try FilePresence.check(file.url) } == .failed)
    }
}

extension SecretFile {
    fileprivate func bytes() throws(FileError) -> [UInt8] { try read { Array($0) } }
}
