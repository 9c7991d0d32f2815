// SPDX-License-Identifier: Apache-2.0

package import Foundation
public import SystemFiles

/// A file that only the agent's account may read.
public typealias SecretFile = SystemFiles.SecretFile

extension SecretFile {
    /// Whether there is a file, readable or not.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileFailed` if that can't be told.
    public func exists() throws(CryptographyError) -> Bool {
        try CryptographyError.wrapping { () throws(FileError) in try FilePresence.check(url) }
    }

    /// The content.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileMissing`, `fileNotPrivate` or `fileFailed`.
    public func load() throws(CryptographyError) -> SecretBytes {
        try CryptographyError.wrapping { () throws(FileError) in try read { SecretBytes($0) } }
    }

    /// Writes a new file of the mode 0600, durable when this returns, and makes its directory if need be.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileExists`, `fileNotPrivate` or `fileFailed`.
    public func create(_ content: SecretBytes) throws(CryptographyError) {
        try CryptographyError.wrapping { () throws(FileError) in
            try content.withUnsafeBytes { content throws(FileError) in try create(content) }
        }
    }

    /// Writes a file of the mode 0600 in the place of what is there: whoever reads it sees the old content or the new.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileNotPrivate` or `fileFailed`.
    public func replace(_ content: SecretBytes) throws(CryptographyError) {
        try CryptographyError.wrapping { () throws(FileError) in
            try content.withUnsafeBytes { content throws(FileError) in try replace(content) }
        }
    }
}

extension CryptographyError {
    /// What a fault of a key file means here.
    init(_ error: FileError) {
        let code: Code =
            switch error.code {
            case .missing: .fileMissing
            case .exists: .fileExists
            case .notPrivate: .fileNotPrivate
            case .locked, .failed: .fileFailed
            }
        // A command to be copied ends without a full stop.
        let message = code == .fileNotPrivate ? error.message : error.message + "."
        self.init(code: code, message: message, underlying: error.reason)
    }

    /// Says of which file an error about a text is.
    package static func naming<Output>(
        _ file: URL,
        _ body: () throws(CryptographyError) -> Output
    ) throws(CryptographyError) -> Output {
        do {
            return try body()
        } catch {
            throw CryptographyError(
                code: error.code,
                message: "\(file.path(percentEncoded: false)): \(error.message)",
                underlying: error.underlying
            )
        }
    }

    static func wrapping<Output>(_ body: () throws(FileError) -> Output) throws(CryptographyError) -> Output {
        do {
            return try body()
        } catch {
            throw CryptographyError(error)
        }
    }
}
