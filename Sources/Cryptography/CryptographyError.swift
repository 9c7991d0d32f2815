// SPDX-License-Identifier: Apache-2.0

/// Why a key can't be used or a cryptographic operation failed.
///
/// Neither the sentence nor the cause ever contains key material, plaintext or ciphertext.
public struct CryptographyError: Error, Sendable {
    /// What kind of fault it is.
    public enum Code: String, Sendable, Hashable {
        /// A key's text is damaged, or its parts do not belong together.
        case invalidKey = "invalid-key"
        /// A sound key of a kind, size or format that is not supported.
        case unsupportedKey = "unsupported-key"
        /// A private key that is protected by a passphrase.
        case passphraseNeeded = "passphrase-needed"
        /// Bytes were not encrypted for this key, or were changed on the way. It is never said which.
        case decryptionFailed = "decryption-failed"
        /// More plaintext than the operation can take.
        case messageTooLong = "message-too-long"
        /// Key material or another parameter of the wrong length.
        case invalidLength = "invalid-length"
        /// So many private key operations are waiting that one more was refused.
        case busy = "busy"
        /// A key file that is not there.
        case fileMissing = "file-missing"
        /// A key file that is there already and is not to be overwritten.
        case fileExists = "file-exists"
        /// A key file or its directory is open to other accounts.
        case fileNotPrivate = "file-not-private"
        /// A key file could not be read or written.
        case fileFailed = "file-failed"
        /// The private and the public key file do not belong together.
        case keyMismatch = "key-mismatch"
        /// There is a public key file, but the private one is gone.
        case privateKeyMissing = "private-key-missing"
        /// The library could not do its work, for want of memory or randomness.
        case failed = "failed"
    }

    /// What kind of fault it is.
    public let code: Code
    /// One sentence that tells a data owner what is wrong.
    public let message: String
    /// The cause, if the operating system or OpenSSL named one.
    public let underlying: (any Error)?

    /// An error without or with a cause.
    public init(code: Code, message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }
}

extension CryptographyError: Equatable {
    /// Whether both say the same, whatever the cause.
    public static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.message == right.message
    }
}

extension CryptographyError: CustomStringConvertible {
    /// The sentence, the code and the cause.
    public var description: String {
        let cause = underlying.map { ": \($0)" } ?? ""
        return "\(message) (\(code.rawValue)\(cause))"
    }
}
