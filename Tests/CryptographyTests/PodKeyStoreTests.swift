// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import Glibc
import SystemFiles
import TestSupport
import Testing

/// What a pod does at start-up with the key files that it finds (bitfount-protocol.md, 8.1).
struct PodKeyStoreTests {
    private let directory: TemporaryDirectory
    private let store: PodKeyStore

    init() throws {
        directory = try TemporaryDirectory()
        store = PodKeyStore(privateKeyFile: directory.file("pod_rsa.pem"), bits: 2048)
    }

    private func failure(_ store: PodKeyStore) async -> CryptographyError.Code? {
        do {
            _ = try await store.loadOrGenerate()
            return nil
        } catch {
            return error.code
        }
    }

    private func text(_ url: URL) throws -> String {
        String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    @Test(arguments: [PodKeyStore.Format.pkcs8, .openSSH])
    func makesAPairOnceAndKeepsIt(format: PodKeyStore.Format) async throws {
        let file = directory.url.appending(path: "keys/pod_rsa.pem")
        let store = PodKeyStore(privateKeyFile: file, format: format, bits: 2048)
        let first = try await store.loadOrGenerate()
        #expect(first.isNew)
        #expect(store.publicKeyFile.lastPathComponent == "pod_rsa.pub.pem")
        #expect(try text(store.publicKeyFile) == first.key.publicKey.openSSH)
        let label = format == .pkcs8 ? "PRIVATE KEY" : "OPENSSH PRIVATE KEY"
        #expect(try text(file).hasPrefix("-----BEGIN \(label)-----\n"))
        #expect(TemporaryDirectory.mode(file) == 0o600)
        #expect(TemporaryDirectory.mode(store.publicKeyFile) == 0o644)
        #expect(TemporaryDirectory.mode(directory.file("keys")) == 0o700)

        let second = try await store.loadOrGenerate()
        #expect(!second.isNew)
        #expect(second.key.publicKey == first.key.publicKey)
    }

    /// As in systemd's directory of credentials.
    @Test(.enabled(if: geteuid() == 0, "only root can become another account"))
    func readsAKeyBesideWhichNothingCanBeWritten() async throws {
        let account: uid_t = 54_321
        let file = directory.file("credentials/pod_key")
        let store = PodKeyStore(privateKeyFile: file, bits: 2048)
        let made = try await store.loadOrGenerate().key.publicKey
        try FileManager.default.removeItem(at: store.publicKeyFile)
        for path in [file.path, directory.path("credentials")] { try #require(chown(path, account, account) == 0) }
        chmod(directory.path("credentials"), 0o500)
        chmod(directory.path, 0o711)
        // The thread's own identity towards files, without root's rights. Glibc's module leaves the function out.
        typealias SetFileUser = @convention(c) (uid_t) -> Int32
        let setFileUser = unsafeBitCast(try #require(dlsym(nil, "setfsuid")), to: SetFileUser.self)
        _ = setFileUser(account)
        let read = Result { try store.load().publicKey }
        _ = setFileUser(0)
        #expect(try read.get() == made)
        #expect(try !FilePresence.check(store.publicKeyFile))
    }

    @Test func readsThePairOfAPythonPod() async throws {
        let recorded = try RecordedKeys.key("pod")
        _ = try directory.write(recorded.private_openssh, "pod_rsa.pem", mode: 0o600)
        _ = try directory.write(recorded.public_openssh, "pod_rsa.pub.pem", mode: 0o644)
        let found = try await store.loadOrGenerate()
        #expect(!found.isNew)
        #expect(found.key.publicKey.openSSH == recorded.public_openssh)
        #expect(try text(store.privateKeyFile) == recorded.private_openssh)
    }

    @Test func acceptsAPublicKeyInPEM() async throws {
        let recorded = try RecordedKeys.key("pod")
        _ = try directory.write(recorded.private_pem, "pod_rsa.pem", mode: 0o600)
        _ = try directory.write(recorded.public_pem, "pod_rsa.pub.pem", mode: 0o644)
        #expect(try await store.loadOrGenerate().key.publicKey.pem == recorded.public_pem)
    }

    @Test func writesTheMissingPublicKey() async throws {
        let recorded = try RecordedKeys.key("pod")
        _ = try directory.write(recorded.private_pem, "pod_rsa.pem", mode: 0o600)
        #expect(try await !store.loadOrGenerate().isNew)
        #expect(try text(store.publicKeyFile) == recorded.public_openssh)
    }

    @Test func aPublicKeyWithoutItsPrivateKeyIsFatal() async throws {
        _ = try directory.write(RecordedKeys.key("pod").public_openssh, "pod_rsa.pub.pem", mode: 0o644)
        #expect(await failure(store) == .privateKeyMissing)
        #expect(try directory.names == ["pod_rsa.pub.pem"])
    }

    @Test func halvesOfDifferentPairsAreFatal() async throws {
        _ = try directory.write(RecordedKeys.key("pod").private_pem, "pod_rsa.pem", mode: 0o600)
        _ = try directory.write(RecordedKeys.key("other").public_openssh, "pod_rsa.pub.pem", mode: 0o644)
        #expect(await failure(store) == .keyMismatch)
    }

    @Test func unreadableKeysAreNeverReplaced() async throws {
        for (content, mode, code) in [
            ("", 0o600, .invalidKey), ("garbage", 0o600, .invalidKey),
            (try RecordedKeys.key("pod").private_pem, 0o644, .fileNotPrivate),
        ] as [(String, mode_t, CryptographyError.Code)] {
            let url = try directory.write(content, "pod_rsa.pem", mode: mode)
            #expect(await failure(store) == code)
            #expect(try text(url) == content)
            #expect(try directory.names == ["pod_rsa.pem"])
        }
        _ = try directory.write(RecordedKeys.key("pod").private_pem, "pod_rsa.pem", mode: 0o600)
        _ = try directory.write("garbage", "pod_rsa.pub.pem", mode: 0o644)
        #expect(await failure(store) == .invalidKey)
    }

    @Test func twoProcessesThatStartTogetherAgreeOnOneKey() async throws {
        let store = store
        let keys = try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { try await store.loadOrGenerate() }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(keys.count { $0.isNew } == 1)
        #expect(keys.allSatisfy { $0.key.publicKey == keys[0].key.publicKey })
        #expect(try directory.names == ["pod_rsa.pem", "pod_rsa.pub.pem"])
    }

    @Test func loadingAloneMakesNothing() throws {
        let error = #expect(throws: CryptographyError.self) { try store.load() }
        #expect(error?.code == .fileMissing)
        #expect(try directory.names.isEmpty)
    }
}
