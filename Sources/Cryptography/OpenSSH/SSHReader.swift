// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of OpenSSH's formats (RFC 4251, section 5). Nothing is read past the end: a field that is not
/// there, or not as it must be, is `nil`.
struct SSHReader {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    var remaining: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: rest) }

    /// Whether these bytes come next; consumes them.
    mutating func consume(_ bytes: [UInt8]) -> Bool {
        guard rest.starts(with: bytes) else { return false }
        rest = rest.dropFirst(bytes.count)
        return true
    }

    mutating func uint32() -> UInt32? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> UnsafeRawBufferPointer? {
        guard let count = uint32(), count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(Int(count)))
    }

    /// A positive integer in its only allowed form, without the zero byte that keeps it positive.
    mutating func positiveInteger() -> UnsafeRawBufferPointer? {
        guard let bytes = string(), let first = bytes.first else { return nil }
        guard first == 0 else { return first < 0x80 ? bytes : nil }
        guard bytes.count > 1, bytes[1] >= 0x80 else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
    }
}
