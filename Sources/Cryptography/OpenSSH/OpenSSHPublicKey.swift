// SPDX-License-Identifier: Apache-2.0

import COpenSSL
import Foundation

/// OpenSSH's one-line form of an RSA public key (bitfount-protocol.md, 8.2).
enum OpenSSHPublicKey {
    static let type = "ssh-rsa"

    /// Type and base64 on one line, without comment and newline.
    static func write(_ key: OpenSSLKey) throws(CryptographyError) -> String {
        "\(type) \(Data(try blob(key)).base64EncodedString())"
    }

    /// Reads one line; a comment after the key is ignored.
    static func read(_ text: String) throws(CryptographyError) -> OpenSSLKey {
        let lines = text.split(whereSeparator: \.isNewline)
        let fields = lines.first?.split(whereSeparator: \.isWhitespace) ?? []
        guard lines.count == 1, fields.count >= 2 else {
            throw CryptographyError(
                code: .invalidKey,
                message: "The text is neither a key in PEM format nor one line of OpenSSH."
            )
        }
        guard fields[0] == type else {
            throw CryptographyError(code: .unsupportedKey, message: "The OpenSSH key is not of the type \(type).")
        }
        guard let blob = Data(base64Encoded: String(fields[1])) else { throw .damagedOpenSSHKey }
        let secret = SecretBytes(blob)
        return try secret.withUnsafeBytes { blob throws(CryptographyError) in try read(blob) }
    }

    /// Type, exponent and modulus as fields.
    static func blob(_ key: OpenSSLKey) throws(CryptographyError) -> [UInt8] {
        try key.withPointer { key throws(CryptographyError) in
            var exponent: OpaquePointer?
            var modulus: OpaquePointer?
            defer {
                BN_free(exponent)
                BN_free(modulus)
            }
            guard
                EVP_PKEY_get_bn_param(key, RSANumber.publicExponent.name, &exponent) == 1, let exponent,
                EVP_PKEY_get_bn_param(key, RSANumber.modulus.name, &modulus) == 1, let modulus
            else { throw OpenSSL.failure("The numbers of an RSA key could not be read.") }
            var writer = SSHWriter(capacity: 0)
            writer.append(string: type.utf8)
            writer.append(integer: exponent)
            writer.append(integer: modulus)
            return writer.bytes
        }
    }

    private static func read(_ blob: UnsafeRawBufferPointer) throws(CryptographyError) -> OpenSSLKey {
        var reader = SSHReader(blob)
        guard
            let type = reader.string(), type.elementsEqual(Self.type.utf8),
            let exponent = reader.positiveInteger(), let modulus = reader.positiveInteger(), reader.isAtEnd
        else { throw .damagedOpenSSHKey }
        let numbers = [exponent, modulus].map {
            BN_bin2bn($0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count), nil)
        }
        defer { numbers.forEach(BN_free) }
        let key = [
            (RSANumber.publicExponent, try OpenSSL.require(numbers[0])),
            (RSANumber.modulus, try OpenSSL.require(numbers[1])),
        ]
        return try OpenSSL.makeRSAKey(key, selection: opensslPublicKey)
    }
}

extension CryptographyError {
    static let damagedOpenSSHKey = CryptographyError(code: .invalidKey, message: "The OpenSSH key is damaged.")
}
