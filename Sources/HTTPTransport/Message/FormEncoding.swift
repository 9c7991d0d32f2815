// SPDX-License-Identifier: Apache-2.0

/// `application/x-www-form-urlencoded`, byte for byte as Python's `urlencode` writes it.
public enum FormEncoding {
    /// Encodes fields in the order given: UTF-8, a space as `+`, everything but letters, digits and `_.-~` as
    /// `%` and two upper-case digits.
    public static func encode(_ fields: [(String, String)]) -> String {
        fields.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }

    private static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if byte.isASCIIAlphanumeric || "_.-~".utf8.contains(byte) {
                encoded.append(byte)
            } else if byte == UInt8(ascii: " ") {
                encoded.append(UInt8(ascii: "+"))
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
