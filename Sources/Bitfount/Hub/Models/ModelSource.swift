// SPDX-License-Identifier: Apache-2.0

import Cryptography

/// The source of a model.
///
/// The Python package makes a class of it. Here it stays what it is: text whose hash is right, to be read or stored.
public struct ModelSource: Sendable {
    /// The source as it is stored, in UTF-8.
    public let bytes: [UInt8]
    /// Which version it is, if the Hub said so.
    public let version: Int?

    /// The hash that the Hub keeps: lower-case hex SHA-256 without regard to carriage returns
    /// (bitfount-protocol.md, 3.7).
    public static func hash(of bytes: [UInt8]) -> String {
        Hex.encode(SHA256.hash(bytes.filter { $0 != 0x0D }))
    }

    /// The bytes with every line end as a line feed, which is what is uploaded.
    static func normalized(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var afterReturn = false
        for byte in bytes {
            switch byte {
            case 0x0D: result.append(0x0A)
            case 0x0A where afterReturn: break
            default: result.append(byte)
            }
            afterReturn = byte == 0x0D
        }
        return result
    }
}
