// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemFiles
import TestSupport
import Testing

/// What root does in a directory of the agent's account leaves nothing that the account can't use.
@Suite(.enabled(if: geteuid() == 0, "only root can have directories of other accounts"))
struct RootBesideAnAccountTests {
    private static let account: uid_t = 54_321
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try #require(chown(directory.path, Self.account, Self.account) == 0)
    }

    private func owner(_ url: URL) -> uid_t? {
        var status = stat()
        return lstat(url.path, &status) == 0 ? status.st_uid : nil
    }

    @Test func filesBelongToTheAccountOfTheirDirectory() throws {
        let file = directory.file("keys/pod.pem")
        try AtomicFile.write(Data("x".utf8), to: file, existing: .keep)
        try AtomicFile.write(Data("y".utf8), to: file, existing: .replace)
        #expect(owner(file) == Self.account)
        #expect(owner(directory.file("keys")) == Self.account)
        #expect(TemporaryDirectory.mode(file) == 0o600)
        #expect(try SecretFile(file).read { Array($0) } == Array("y".utf8))
    }

    @Test func locksBelongToTheAccountOfTheirDirectory() throws {
        let file = directory.file("token.lock")
        try FileLock(file).release()
        #expect(owner(file) == Self.account)
        try FileLock(file).release()
    }

    /// A lock file that is another name of root's own file must not be given away.
    @Test func nothingThatIsThereIsGivenAway() throws {
        let precious = try directory.write("x", "precious", mode: 0o600)
        try #require(link(precious.path, directory.path("token.lock")) == 0)
        try FileLock(directory.file("token.lock")).release()
        #expect(owner(precious) == 0)
    }

    @Test func inADirectoryThatOthersMayEnterFilesAreRoots() throws {
        try #require(chmod(directory.path, 0o755) == 0)
        let file = directory.file("made")
        try AtomicFile.write(Data(), to: file, existing: .keep)
        #expect(owner(file) == 0)
    }

    @Test func aFileOfAThirdAccountIsRefused() throws {
        let file = try directory.write("x", "secret", mode: 0o600)
        try #require(chown(file.path, 54_322, 54_322) == 0)
        let error = #expect(throws: FileError.self) { _ = try SecretFile(file).read { Array($0) } }
        #expect(error?.code == .notPrivate)
        #expect(error?.message.contains("belongs to another account (54322)") == true)
    }
}

struct PrivateDirectoryTests {
    /// systemd gives a dynamic user `/var/lib/pod-agent` as a link to `private/pod-agent`.
    @Test func aLinkCountsAsWhatItLeadsTo() throws {
        let directory = try TemporaryDirectory()
        try PrivateDirectory.make(directory.file("private/pod-agent"))
        let link = directory.file("pod-agent")
        symlink("private/pod-agent", link.path)
        try PrivateDirectory.make(link)
        try PrivateDirectory.check(link)
        chmod(directory.path("private/pod-agent"), 0o755)
        #expect(#expect(throws: FileError.self) { try PrivateDirectory.check(link) }?.code == .notPrivate)
    }
}
