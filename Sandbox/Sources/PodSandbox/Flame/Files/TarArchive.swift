// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Writes the entries of a tar archive: `ustar`, with a pax header in front of names that do not fit
/// (flame-hub.md, 4.12 and 9.2).
enum TarArchive {
    static let blockSize = 512
    /// What is behind the last entry.
    static let end = ByteBuffer(repeating: 0, count: 2 * blockSize)

    /// The blocks in front of a file's bytes.
    static func head(path: String, size: Int, time: Int64) -> ByteBuffer {
        if let (prefix, name) = halves(path) {
            return header(name: name, prefix: prefix, size: size, time: time, kind: "0")
        }
        let record = paxRecord("path", path)
        var head = header(name: "PaxHeader", prefix: "", size: record.utf8.count, time: time, kind: "x")
        head.writeString(record)
        head.writeRepeatingByte(0, count: padding(record.utf8.count))
        head.writeImmutableBuffer(
            header(
                name: String(decoding: path.utf8.prefix(99), as: UTF8.self),
                prefix: "",
                size: size,
                time: time,
                kind: "0"
            )
        )
        return head
    }

    /// How many zeros follow a file of that size.
    static func padding(_ size: Int) -> Int {
        (blockSize - size % blockSize) % blockSize
    }

    /// The name's two places in a header; nil if it does not fit there.
    private static func halves(_ path: String) -> (prefix: String, name: String)? {
        guard path.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        if path.utf8.count <= 100 { return ("", path) }
        let fits = path.indices.first { index in
            path[index] == "/" && path[..<index].utf8.count <= 155 && path[index...].utf8.count <= 101
        }
        return fits.map { (String(path[..<$0]), String(path[$0...].dropFirst())) }
    }

    private static func paxRecord(_ key: String, _ value: String) -> String {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while String(length).utf8.count + rest.utf8.count != length {
            length = String(length).utf8.count + rest.utf8.count
        }
        return "\(length)\(rest)"
    }

    private static func header(name: String, prefix: String, size: Int, time: Int64, kind: String) -> ByteBuffer {
        var bytes = [UInt8](repeating: 0, count: blockSize)
        func put(_ text: String, at offset: Int) {
            bytes.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func put(_ number: some BinaryInteger, digits: Int, at offset: Int) {
            let text = String(number, radix: 8)
            put(String(repeating: "0", count: max(0, digits - text.count)) + text, at: offset)
        }
        put(name, at: 0)
        put(0o644, digits: 7, at: 100)
        put(0, digits: 7, at: 108)
        put(0, digits: 7, at: 116)
        put(size, digits: 11, at: 124)
        put(time / 1000, digits: 11, at: 136)
        put("        ", at: 148)
        put(kind, at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(prefix, at: 345)
        let sum = bytes.reduce(0) { $0 + Int($1) }
        put(sum, digits: 6, at: 148)
        bytes[154] = 0
        return ByteBuffer(bytes: bytes)
    }
}
