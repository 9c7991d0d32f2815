// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc
import SystemFiles

/// Where a pod keeps its RSA key pair, and how it comes to one at start-up (bitfount-protocol.md, 8.1).
///
/// Modellers remember a pod's public key. So a key is never replaced: whatever is wrong with the files is an error.
public struct PodKeyStore: Sendable {
    /// How a new private key is written. Either is read, here and by the SDKs.
    public enum Format: String, Sendable {
        /// PKCS#8 in PEM.
        case pkcs8
        /// OpenSSH's container, as the SDKs write it.
        case openSSH = "openssh"
    }

    /// What ``loadOrGenerate()`` found.
    public struct PodKey: Sendable {
        /// The pod's key.
        public let key: RSAPrivateKey
        /// Whether it was made just now.
        public let isNew: Bool
    }

    /// The private half.
    public let privateKeyFile: URL
    /// The public half, beside it: `pod_rsa.pub.pem` for `pod_rsa.pem`.
    public let publicKeyFile: URL

    private let format: Format
    private let bits: Int

    /// - Parameters:
    ///   - privateKeyFile: the private half; its directory is made if need be.
    ///   - format: how a new private key is written.
    ///   - bits: the size of a new key.
    public init(privateKeyFile: URL, format: Format = .pkcs8, bits: Int = RSAPrivateKey.defaultBits) {
        self.privateKeyFile = privateKeyFile
        publicKeyFile = privateKeyFile.deletingPathExtension().appendingPathExtension("pub.pem")
        self.format = format
        self.bits = bits
    }

    /// The pod's key: the one that is there, or a new one if there are no files yet.
    ///
    /// - Throws: ``CryptographyError``, in particular with the code `keyMismatch`, `privateKeyMissing` or `fileNotPrivate`.
    public func loadOrGenerate() async throws(CryptographyError) -> PodKey {
        // In this order, because another process may be writing the pair: private half first.
        let hasPublicKey = try isThere(publicKeyFile)
        if try isThere(privateKeyFile) {
            return PodKey(key: try load(), isNew: false)
        }
        guard !hasPublicKey else {
            throw CryptographyError(
                code: .privateKeyMissing,
                message: "The public key \(path(publicKeyFile)) is there, but its private key \(path(privateKeyFile)) "
                    + "is not. Restore the private key; or remove the public one to give the pod a new identity."
            )
        }
        let key = try await RSAPrivateKey.generate(bits: bits)
        do {
            try SecretFile(privateKeyFile).create(format == .pkcs8 ? key.pkcs8PEM() : key.openSSHPrivateKey())
        } catch  where error.code == .fileExists {
            // Another process was faster: its key is the pod's.
            return PodKey(key: try load(), isNew: false)
        }
        try writePublicKey(key.publicKey)
        return PodKey(key: key, isNew: true)
    }

    /// The key that is there. Its public half is written if it is missing, unless nothing can be written beside the key, as
    /// in systemd's directory of credentials.
    ///
    /// - Throws: ``CryptographyError``, with the code `fileMissing` if there is no private key.
    public func load() throws(CryptographyError) -> RSAPrivateKey {
        let text = try SecretFile(privateKeyFile).load()
        let key = try CryptographyError.naming(privateKeyFile) { () throws(CryptographyError) in try RSAPrivateKey(text) }
        guard try isThere(publicKeyFile) else {
            do {
                try writePublicKey(key.publicKey)
            } catch  where error.isOfReadOnlyPlace {
                // The public half is in the private one; only the comparison of the two is lost.
            }
            return key
        }
        guard try readPublicKey() == key.publicKey else {
            throw CryptographyError(
                code: .keyMismatch,
                message: "The public key \(path(publicKeyFile)) does not belong to the private key "
                    + "\(path(privateKeyFile)). Restore the pair that modellers know; "
                    + "if that is the private key, remove the public one and it will be written again."
            )
        }
        return key
    }

    private func readPublicKey() throws(CryptographyError) -> RSAPublicKey {
        let text = try CryptographyError.wrapping { () throws(FileError) in
            try ReadableFile(publicKeyFile).read(RSAKeyLimits.maximumTextBytes + 1)
        }
        return try CryptographyError.naming(publicKeyFile) { () throws(CryptographyError) in
            try RSAPublicKey(String(decoding: text, as: UTF8.self))
        }
    }

    /// The public half in the one-line form of OpenSSH, readable by everybody.
    private func writePublicKey(_ key: RSAPublicKey) throws(CryptographyError) {
        let line = SecretBytes(key.openSSH.utf8)
        try CryptographyError.wrapping { () throws(FileError) in
            try line.withUnsafeBytes { line throws(FileError) in
                try AtomicFile.write(line, to: publicKeyFile, permissions: 0o644, existing: .replace)
            }
        }
    }

    private func isThere(_ url: URL) throws(CryptographyError) -> Bool {
        try CryptographyError.wrapping { () throws(FileError) in try FilePresence.check(url) }
    }

    private func path(_ url: URL) -> String {
        url.path(percentEncoded: false)
    }
}

extension CryptographyError {
    /// Whether a file can't be made because its directory is not to be written to by this account.
    fileprivate var isOfReadOnlyPlace: Bool {
        if code == .fileNotPrivate { return true }
        guard let reason = underlying as? SystemError else { return false }
        return [EROFS, EACCES, EPERM].contains(reason.number)
    }
}
