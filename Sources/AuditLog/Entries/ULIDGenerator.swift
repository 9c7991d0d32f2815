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
        var value = UInt128(milliseconds) << 80 | UInt128(high) << 64 | UInt128(low)
        return String(unsafeUninitializedCapacity: 26) { buffer in
            for index in stride(from: 25, through: 0, by: -1) {
                buffer[index] = Self.alphabet[Int(truncatingIfNeeded: value & 31)]
                value >>= 5
            }
            return 26
        }
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
