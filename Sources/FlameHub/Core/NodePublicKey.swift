// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The public key of a node as the Hub keeps it (flame-hub.md, 5.2): the hex digits of the text of a PEM
/// file. Tools differ in how they break its lines, so only the key's DER bytes may be compared.
public struct NodePublicKey: Sendable, Hashable {
    /// The key as `SubjectPublicKeyInfo` in DER.
    public let der: [UInt8]

    /// Reads what the Hub shows, or a PEM text itself; `nil` if it is neither.
    public init?(_ text: String) {
        let pem = Self.decodedHex(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? text
        guard let der = Self.der(ofPEM: pem) else { return nil }
        self.der = der
    }

    private static func decodedHex(_ text: String) -> String? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func der(ofPEM pem: String) -> [UInt8]? {
        guard let begin = pem.range(of: "-----BEGIN PUBLIC KEY-----"),
            let end = pem.range(of: "-----END PUBLIC KEY-----", range: begin.upperBound..<pem.endIndex)
        else { return nil }
        let base64 = pem[begin.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        guard let der = Data(base64Encoded: base64), !der.isEmpty else { return nil }
        return [UInt8](der)
    }
}
