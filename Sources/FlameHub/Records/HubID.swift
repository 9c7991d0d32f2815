// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The id of a record, typed by what it identifies, so that a node's id can't stand where an analysis' id belongs.
///
/// The Hub writes UUIDs in lower case and some of its databases compare them as text, so that is what is sent.
public struct HubID<Record>: Hashable, Sendable {
    /// The id itself.
    public let uuid: UUID

    /// The id of a known UUID.
    public init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// The id of a UUID's text in either case; `nil` if the text is not a UUID.
    public init?(_ text: some StringProtocol) {
        guard let uuid = Self.uuid(String(text).utf8) else { return nil }
        self.init(uuid)
    }

    /// Foundation reads UUIDs with `sscanf`, which costs more than the rest of a row together.
    private static func uuid(_ text: String.UTF8View) -> UUID? {
        var halves: (UInt64, UInt64) = (0, 0)
        var position = 0
        for byte in text {
            defer { position += 1 }
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            if position < 18 {
                halves.0 = halves.0 << 4 | UInt64(digit)
            } else {
                halves.1 = halves.1 << 4 | UInt64(digit)
            }
        }
        guard position == 36 else { return nil }
        let bytes = (halves.0.bigEndian, halves.1.bigEndian)
        return UUID(uuid: withUnsafeBytes(of: bytes) { $0.loadUnaligned(as: uuid_t.self) })
    }

    /// The text as it goes over the wire.
    public var text: String { uuid.uuidString.lowercased() }
}

extension HubID: CustomStringConvertible {
    /// The text as it goes over the wire.
    public var description: String { text }
}

extension HubID: Comparable {
    /// Orders ids by their bytes.
    public static func < (first: Self, second: Self) -> Bool { first.uuid < second.uuid }
}

extension HubID: Codable {
    /// Reads the text of a UUID.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "The text is not a UUID.")
        }
        self = id
    }

    /// Writes the text in lower case.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
