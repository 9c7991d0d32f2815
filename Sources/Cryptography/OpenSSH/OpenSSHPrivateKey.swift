// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// OpenSSH's container of a private key, `openssh-key-v1`, without passphrase (bitfount-protocol.md, 8.1).
///
/// It holds no exponents modulo the primes, which make private operations fast: they are derived when it is read.
enum OpenSSHPrivateKey {
    static let label = "OPENSSH PRIVATE KEY"

    private static let magic = Array("openssh-key-v1\0".utf8)
    private static let none = "none".utf8
    /// What the private part is padded to a multiple of when it is not encrypted.
    private static let blockBytes = 8
    private static let lineLength = 70

    /// Reads what stands between the first and the last line.
    static func read(_ base64: UnsafeRawBufferPointer) throws(CryptographyError) -> OpenSSLKey {
        guard let container = SecretBase64.decode(base64) else { throw .damagedOpenSSHKey }
        return try container.withUnsafeBytes { container throws(CryptographyError) in
            var reader = SSHReader(container)
            guard
                reader.consume(magic), let cipher = reader.string(), let derivation = reader.string(),
                let options = reader.string(), let count = reader.uint32(), let publicPart = reader.string()
            else { throw .damagedOpenSSHKey }
            guard cipher.elementsEqual(none), derivation.elementsEqual(none), options.isEmpty else {
                throw .passphraseNeeded
            }
            guard count == 1 else {
                throw CryptographyError(code: .unsupportedKey, message: "The OpenSSH file holds more than one key.")
            }
            guard let privatePart = reader.string(), reader.isAtEnd else { throw .damagedOpenSSHKey }
            let key = try read(privatePart: privatePart)
            guard publicPart.elementsEqual(try OpenSSHPublicKey.blob(key)) else { throw .damagedOpenSSHKey }
            return key
        }
    }

    private static func read(privatePart: UnsafeRawBufferPointer) throws(CryptographyError) -> OpenSSLKey {
        var reader = SSHReader(privatePart)
        guard
            privatePart.count.isMultiple(of: blockBytes),
            let check = reader.uint32(), check == reader.uint32(), let type = reader.string()
        else { throw .damagedOpenSSHKey }
        guard type.elementsEqual(OpenSSHPublicKey.type.utf8) else {
            throw CryptographyError(
                code: .unsupportedKey,
                message: "The OpenSSH key is not of the type \(OpenSSHPublicKey.type)."
            )
        }
        guard
            let modulus = reader.positiveInteger(), let publicExponent = reader.positiveInteger(),
            let privateExponent = reader.positiveInteger(), let coefficient = reader.positiveInteger(),
            let firstPrime = reader.positiveInteger(), let secondPrime = reader.positiveInteger(),
            reader.string() != nil, reader.remaining.elementsEqual(padding(reader.remaining.count))
        else { throw .damagedOpenSSHKey }
        let components = try RSAComponents(
            modulus: modulus,
            publicExponent: publicExponent,
            privateExponent: privateExponent,
            firstPrime: firstPrime,
            secondPrime: secondPrime,
            coefficient: coefficient
        )
        return try components.makeKey()
    }

    /// The container with its first and last line.
    static func write(_ key: OpenSSLKey) throws(CryptographyError) -> SecretBytes {
        let components = try RSAComponents(of: key)
        // Modulus and private exponent, three numbers of half their length, and the public half: 4.5 moduli.
        let capacity = 1024 + 5 * Int(BN_num_bits(components[.modulus])) / 8
        var secret = SSHWriter(capacity: capacity)
        defer { secret.wipe() }
        // Equal numbers, by which a decrypted container is recognised.
        let check = try SecureRandom.bytes(4)
        secret.append(check + check)
        secret.append(string: OpenSSHPublicKey.type.utf8)
        let numbers: [RSANumber] = [
            .modulus, .publicExponent, .privateExponent, .coefficient, .firstPrime, .secondPrime,
        ]
        for number in numbers {
            secret.append(integer: components[number])
        }
        secret.append(string: [])
        secret.append(padding((blockBytes - secret.bytes.count % blockBytes) % blockBytes))

        var container = SSHWriter(capacity: capacity)
        defer { container.wipe() }
        container.append(magic)
        container.append(string: none)
        container.append(string: none)
        container.append(string: [])
        container.append(1 as UInt32)
        container.append(string: try OpenSSHPublicKey.blob(key))
        container.append(string: secret.bytes)

        let base64 = container.bytes.withUnsafeBytes { SecretBase64.encode($0, lineLength: lineLength) }
        var text: [UInt8] = []
        text.reserveCapacity(base64.count + 100)
        defer { text.wipe() }
        text += "-----BEGIN \(label)-----\n".utf8
        base64.withUnsafeBytes { text += $0 }
        text += "-----END \(label)-----\n".utf8
        return SecretBytes(text)
    }

    /// 1, 2, 3 and so on.
    private static func padding(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 + 1) }
    }
}
