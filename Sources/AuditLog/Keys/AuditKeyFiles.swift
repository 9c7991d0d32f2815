// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import StateStore
import SystemFiles

/// The files of the audit log's key, and beside them the last checkpoint that it signed.
///
/// Only the key in force is kept. When it is changed, the new one waits in a second file until the log says so; then it
/// takes the place of the old one, which is thereby gone: whoever takes the machine tomorrow can't sign for yesterday.
struct AuditKeyFiles: Sendable {
    private let current: SecretFile
    private let next: SecretFile
    private let checkpoint: SecretFile

    init(directory: URL) {
        current = SecretFile(directory.appending(path: "audit.key"))
        next = SecretFile(directory.appending(path: "audit.key.next"))
        checkpoint = SecretFile(directory.appending(path: "audit.checkpoint"), maximumBytes: SignedNote.maximumBytes)
    }

    /// The key in force, if there is one.
    func loadCurrent() throws(StoreError) -> NoteSigner? { try load(current) }

    /// The key that waits, if there is one.
    func loadNext() throws(StoreError) -> NoteSigner? { try load(next) }

    func saveCurrent(_ signer: NoteSigner) throws(StoreError) {
        try wrapping { () throws(CryptographyError) in try current.replace(signer.text) }
    }

    func saveNext(_ signer: NoteSigner) throws(StoreError) {
        try wrapping { () throws(CryptographyError) in try next.replace(signer.text) }
    }

    /// Puts the key that waits in the place of the old one, after writing over the old one's bytes. On disks that copy
    /// on write, that does not reach every trace of it.
    func promoteNext() throws(StoreError) {
        erase(current.url)
        do {
            try AtomicFile.move(next.url, to: current.url)
        } catch {
            throw StoreError(error)
        }
    }

    /// Removes a key that waits and never came into force.
    func discardNext() throws(StoreError) {
        erase(next.url)
        guard unlink(next.url.path) == 0 || errno == ENOENT else {
            throw StoreError(systemError: errno, "An unused key of the audit log can't be removed")
        }
    }

    /// The newest checkpoint that was signed here, if any: what an old backup of the database doesn't know of.
    func loadCheckpoint() throws(StoreError) -> SignedCheckpoint? {
        guard let bytes = try read(checkpoint) else { return nil }
        return try SignedCheckpoint(bytes.reveal())
    }

    func saveCheckpoint(_ signed: SignedCheckpoint) throws(StoreError) {
        try wrapping { () throws(CryptographyError) in try checkpoint.replace(SecretBytes(signed.bytes)) }
    }

    private func load(_ file: SecretFile) throws(StoreError) -> NoteSigner? {
        try read(file).map { text throws(StoreError) in try NoteSigner(text) }
    }

    private func read(_ file: SecretFile) throws(StoreError) -> SecretBytes? {
        do {
            return try file.load()
        } catch {
            if error.code == .fileMissing { return nil }
            throw StoreError(.keyUnusable, error.message, underlying: error)
        }
    }

    private func wrapping(_ body: () throws(CryptographyError) -> Void) throws(StoreError) {
        do {
            try body()
        } catch {
            throw StoreError(.keyUnusable, error.message, underlying: error)
        }
    }

    /// Writes over a file's bytes, as far as the system allows it.
    private func erase(_ url: URL) {
        guard let file = try? FileDescriptor(url, O_WRONLY | O_NOFOLLOW), let status = file.status() else { return }
        let zeros = [UInt8](repeating: 0, count: Int(min(status.st_size, 4_096)))
        _ = zeros.withUnsafeBytes { file.write($0) } && file.synchronize()
    }
}
