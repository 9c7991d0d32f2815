// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import Bitfount
import Cryptography
import Foundation
import StrictJSON
import SystemFiles

/// Files that are named on the command line.
enum InputFile {
    /// The bytes of a file.
    ///
    /// - Parameter maximum: a larger file is refused before it is read.
    static func bytes(_ path: String, atMost maximum: Int = 16 * 1024 * 1024) throws -> [UInt8] {
        let url = URL(filePath: path)
        let size = try UploadContent.file(url).byteCount()
        guard size <= maximum else {
            throw AgentFailure(.data, "\(path) has \(size) bytes, and at most \(maximum) are taken")
        }
        do {
            return Array(try Data(contentsOf: url))
        } catch {
            throw AgentFailure(.input, "\(path) can't be read", underlying: error)
        }
    }

    /// The JSON object in a file.
    static func object(_ path: String) throws -> JSONObject {
        let bytes = try bytes(path)
        guard let object = (try? JSONValue(parsing: bytes))?.objectValue else {
            throw AgentFailure(.data, "\(path) does not hold a JSON object")
        }
        return object
    }

    /// The RSA public key in a file, PEM or an OpenSSH line.
    static func publicKey(_ path: String) throws -> RSAPublicKey {
        do {
            return try RSAPublicKey(String(decoding: bytes(path, atMost: 64 * 1024), as: UTF8.self))
        } catch let error as CryptographyError {
            throw AgentFailure(.data, "\(path) does not hold an RSA public key", underlying: error)
        }
    }

    /// The text in a file that nobody else may read.
    static func secret(_ path: String) throws(AgentFailure) -> Secret {
        let bytes: [UInt8]
        do {
            bytes = try SecretFile(URL(filePath: path)).load().reveal()
        } catch {
            let failure = AgentFailure(describing: error)
            let hint = error.code == .fileNotPrivate ? "chmod 0600 \(path)" : nil
            throw AgentFailure(failure.exitCode, failure.message, hint: hint, underlying: error)
        }
        return Secret(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
