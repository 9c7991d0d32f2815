// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The PEM block of a key file that holds the key: its label and the place of its base64.
///
/// A certificate or parameters may stand beside it, as web servers and OpenSSL's tools keep them.
struct PEMText {
    /// The label, such as `PRIVATE KEY`.
    let label: String
    /// What stands between the first and the last line.
    let body: Range<Int>

    private static let begin = Array("-----BEGIN ".utf8)
    private static let dashes = Array("-----".utf8)

    /// Finds the block of the key, or the only one that there is; `nil` if there is none, an unfinished one or more than one key.
    init?(_ text: UnsafeRawBufferPointer) {
        var blocks: [PEMText] = []
        var position = text.startIndex
        while let begin = text[position...].firstRange(of: Self.begin) {
            guard let afterLabel = text[begin.upperBound...].firstRange(of: Self.dashes) else { return nil }
            let label = text[begin.upperBound..<afterLabel.lowerBound]
            let end = Array("-----END ".utf8) + label + Self.dashes
            guard let end = text[afterLabel.upperBound...].firstRange(of: end) else { return nil }
            let name = String(decoding: label, as: UTF8.self)
            blocks.append(PEMText(label: name, body: afterLabel.upperBound..<end.lowerBound))
            position = end.upperBound
        }
        let keys = blocks.filter { $0.label.hasSuffix("KEY") }
        guard let block = keys.first ?? blocks.first, (keys.isEmpty ? blocks : keys).count == 1 else { return nil }
        self = block
    }

    private init(label: String, body: Range<Int>) {
        self.label = label
        self.body = body
    }

    /// The block alone, without the spaces that indent its lines: as OpenSSL wants it.
    fileprivate func normal(in text: UnsafeRawBufferPointer) -> SecretBytes {
        var lines = Array("-----BEGIN \(label)-----".utf8)
        lines.reserveCapacity(body.count + 2 * label.utf8.count + 64)
        defer { lines.wipe() }
        for byte in text[body] where byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") {
            lines.append(byte)
        }
        if lines.last != UInt8(ascii: "\n") { lines.append(UInt8(ascii: "\n")) }
        lines += Array("-----END \(label)-----\n".utf8)
        return SecretBytes(lines)
    }
}

extension PEMText {
    private static let pem: StaticString = "PEM"
    private static let encrypted = Array("ENCRYPTED".utf8)

    /// Reads a key of an OpenSSL type (`RSA`, `EC`) from a text with one PEM block.
    ///
    /// - Parameters:
    ///   - labels: the labels that are allowed.
    ///   - selection: `opensslKeyPair` or `opensslPublicKey`.
    static func readKey(
        _ text: UnsafeRawBufferPointer,
        type: StaticString,
        labels: [String],
        selection: Int32
    ) throws(CryptographyError) -> OpenSSLKey {
        guard let block = PEMText(text) else {
            throw CryptographyError(code: .invalidKey, message: "The text is not a key in PEM format.")
        }
        // OpenSSL would ask for a passphrase on the terminal.
        guard block.label != "ENCRYPTED PRIVATE KEY", text[block.body].firstRange(of: encrypted) == nil else {
            throw .passphraseNeeded
        }
        guard labels.contains(block.label) else {
            throw CryptographyError(
                code: .unsupportedKey,
                message: "A \(labels[0]) was expected in PEM format, but the text holds something else."
            )
        }
        return try block.normal(in: text).withUnsafeBytes { text throws(CryptographyError) in
            try decode(text, type: type, selection: selection)
        }
    }

    private static func decode(
        _ text: UnsafeRawBufferPointer,
        type: StaticString,
        selection: Int32
    ) throws(CryptographyError) -> OpenSSLKey {
        try OpenSSL.run { () throws(CryptographyError) in
            // The decoder keeps this place and writes to it later, so it needs an address of its own.
            let place = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)
            place.initialize(to: nil)
            defer { place.deallocate() }
            let decoder = try OpenSSL.require(
                OSSL_DECODER_CTX_new_for_pkey(place, pem.cString, nil, type.cString, selection, nil, nil)
            )
            defer { OSSL_DECODER_CTX_free(decoder) }
            var start = text.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var length = text.count
            guard OSSL_DECODER_from_data(decoder, &start, &length) == 1, let key = place.pointee else {
                EVP_PKEY_free(place.pointee)
                throw CryptographyError(
                    code: .invalidKey,
                    message: "The text is not a valid \(type) key.",
                    underlying: OpenSSLError.first
                )
            }
            return OpenSSLKey(adopting: key)
        }
    }
}

extension CryptographyError {
    static let passphraseNeeded = CryptographyError(
        code: .passphraseNeeded,
        message: "The private key is protected by a passphrase; store it without one, in a file of mode 0600."
    )
}
