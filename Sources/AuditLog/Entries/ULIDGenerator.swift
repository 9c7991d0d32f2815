// SPDX-License-Identifier: Apache-2.0

/// Makes ULIDs that only ever grow: 48 bits of milliseconds, 80 random bits, 26 characters of Crockford's base 32.
///
/// Within one millisecond, and while the wall clock stands behind an id that was given out, the random part is counted
/// up instead of drawn again.
struct ULIDGenerator {
    private var milliseconds: UInt64 = 0
    private var high: UInt16 = 0
    private var low: UInt64 = 0

    /// The next id.
    ///
    /// - Parameters:
    ///   - milliseconds: The wall clock, in milliseconds since 1970.
    ///   - random: Where the random part comes from.
    mutating func next(milliseconds now: Int64, random: @Sendable () -> UInt64) -> String {
        let now = UInt64(max(0, now)) & 0xFFFF_FFFF_FFFF
        if now > milliseconds {
            milliseconds = now
            high = UInt16(truncatingIfNeeded: random())
            low = random()
        } else {
            countUp()
        }
        return text()
    }

    private mutating func countUp() {
        low &+= 1
        guard low == 0 else { return }
        high &+= 1
        guard high == 0 else { return }
        milliseconds &+= 1
    }

    private func text() -> String {
        String(unsafeUninitializedCapacity: 26) { buffer in
            Self.write(milliseconds, to: buffer[..<10])
            Self.write(UInt64(high) << 24 | low >> 40, to: buffer[10..<18])
            Self.write(low, to: buffer[18...])
            return 26
        }
    }

    /// Writes the lowest bits, five in each character.
    private static func write(_ value: UInt64, to characters: Slice<UnsafeMutableBufferPointer<UInt8>>) {
        var (value, characters) = (value, characters)
        for index in characters.indices.reversed() {
            characters[index] = alphabet.utf8Start[Int(truncatingIfNeeded: value & 31)]
            value >>= 5
        }
    }

    private static let alphabet: StaticString = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
}
