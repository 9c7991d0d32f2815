// SPDX-License-Identifier: Apache-2.0

/// What is stored behind an address in place of a body (bitfount-protocol.md, 7.9).
public enum LargeObjectContent {
    /// The body in a fetched object.
    ///
    /// The first generation stores a MessagePack byte string that holds the body, the second stores the body itself. One
    /// such layer is taken off if the object is exactly that; anything else is the body.
    public static func unwrap(_ object: [UInt8]) -> [UInt8] {
        let headerBytes: Int
        switch object.first {
        case 0xC4: headerBytes = 2
        case 0xC5: headerBytes = 3
        case 0xC6: headerBytes = 5
        default: return object
        }
        guard object.count >= headerBytes else { return object }
        let length = object[1..<headerBytes].reduce(0) { $0 << 8 | Int($1) }
        return object.count == headerBytes + length ? Array(object[headerBytes...]) : object
    }
}
