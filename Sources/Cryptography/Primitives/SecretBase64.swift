// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Base64 of secrets, which leaves no copies behind.
enum SecretBase64 {
    /// The bytes of a text that may be broken into lines; `nil` if it is not base64.
    static func decode(_ text: UnsafeRawBufferPointer) -> SecretBytes? {
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count)
        defer { digits.wipe() }
        for byte in text where !" \t\r\n".utf8.contains(byte) {
            digits.append(byte)
        }
        let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
        // OpenSSL reads "=" as zero bits wherever it stands.
        guard !digits.dropLast(padding).contains(UInt8(ascii: "=")), digits.count.isMultiple(of: 4) else { return nil }
        var bytes = [UInt8](repeating: 0, count: digits.count / 4 * 3)
        defer { bytes.wipe() }
        let count = Int(EVP_DecodeBlock(&bytes, digits, Int32(digits.count)))
        guard count == bytes.count else { return nil }
        return SecretBytes(bytes.dropLast(padding))
    }

    /// The text in lines of a length, each ended by a newline.
    static func encode(_ bytes: UnsafeRawBufferPointer, lineLength: Int) -> SecretBytes {
        var digits = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        defer { digits.wipe() }
        let count = EVP_EncodeBlock(
            &digits,
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            Int32(bytes.count)
        )
        var lines: [UInt8] = []
        lines.reserveCapacity(digits.count + digits.count / lineLength + 1)
        defer { lines.wipe() }
        for start in stride(from: 0, to: Int(count), by: lineLength) {
            lines += digits[start..<min(start + lineLength, Int(count))]
            lines.append(UInt8(ascii: "\n"))
        }
        return SecretBytes(lines)
    }
}
