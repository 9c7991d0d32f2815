// SPDX-License-Identifier: Apache-2.0

/// A value of a condition: an exact text, or a glob in which `*` stands for any characters, also none, and `?` for one.
///
/// Texts are compared byte by byte. A backslash takes the special meaning from `*`, `?` and itself.
struct ValuePattern: Sendable, Hashable {
    /// As it is written.
    let text: String
    /// Bytes, and the two signs.
    private let tokens: [UInt16]
    /// The bytes, if it is an exact text.
    let exact: [UInt8]?

    /// A pattern; `nil` if a backslash in it takes no meaning away.
    init?(_ text: String) {
        var tokens: [UInt16] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                // Two in a row say no more than one.
                if tokens.last != Self.run { tokens.append(Self.run) }
            case UInt8(ascii: "?"): tokens.append(Self.one)
            case UInt8(ascii: "\\"):
                guard let next = bytes.popFirst(), Self.special.contains(next) else { return nil }
                tokens.append(UInt16(next))
            default: tokens.append(UInt16(byte))
            }
        }
        self.text = text
        self.tokens = tokens
        exact = tokens.contains { $0 > UInt8.max } ? nil : tokens.map { UInt8($0) }
    }

    func matches(_ value: [UInt8]) -> Bool {
        if let exact { return exact == value }
        return Self.match(tokens, value.lazy.map { UInt16($0) })
    }

    /// Whether it surely matches all that the other one matches.
    func covers(_ other: ValuePattern) -> Bool { Self.match(tokens, other.tokens) }

    private static let run: UInt16 = 256
    private static let one: UInt16 = 257
    private static let special = Array("*?\\".utf8)

    /// Matches with one place to go back to, the last run: no input takes more than its length times the pattern's.
    ///
    /// A run or a single character in the input is that of a pattern to be covered: only a run covers a run.
    private static func match<Input: RandomAccessCollection>(_ pattern: [UInt16], _ input: Input) -> Bool
    where Input.Element == UInt16, Input.Index == Int {
        var (next, position) = (0, 0)
        var back: (next: Int, position: Int)?
        while position < input.count {
            let token = input[position]
            let expected = next < pattern.count ? pattern[next] : nil
            if expected == run {
                next += 1
                back = (next, position)
            } else if let expected, token != run, expected == token || expected == one {
                next += 1
                position += 1
                guard expected == one else { continue }
                while position < input.count, isContinuation(input[position]) { position += 1 }
            } else if let place = back {
                next = place.next
                position = place.position + 1
                back = (next, position)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == run }
    }

    /// Whether a byte goes on with the character of the byte before it (UTF-8).
    private static func isContinuation(_ token: UInt16) -> Bool { (0x80...0xBF).contains(token) }
}

/// The values of a condition, any one of which is enough.
struct ValueList: Sendable, Hashable {
    /// As they stand in the file.
    let patterns: [ValuePattern]
    /// Whether there may also be no value at all, written as `null`.
    let includesNone: Bool

    private let exact: Set<[UInt8]>
    private let globs: [ValuePattern]

    init(_ patterns: [ValuePattern], includesNone: Bool = false) {
        self.patterns = patterns
        self.includesNone = includesNone
        exact = Set(patterns.compactMap(\.exact))
        globs = patterns.filter { $0.exact == nil }
    }

    func matches(_ value: [UInt8]) -> Bool {
        // Most lists hold one value, and comparing it costs less than hashing.
        let isExact = patterns.count == 1 ? patterns[0].exact == value : exact.contains(value)
        return isExact || globs.contains { $0.matches(value) }
    }

    /// Whether a value, or that there is none, is among them.
    func matches(_ value: [UInt8]?) -> Bool {
        guard let value else { return includesNone }
        return matches(value)
    }

    /// Whether it surely matches all that the other list matches.
    func covers(_ other: ValueList) -> Bool {
        (includesNone || !other.includesNone)
            && other.patterns.allSatisfy { pattern in
                if let text = pattern.exact { return matches(text) }
                return globs.contains { $0.covers(pattern) }
            }
    }

    /// Whether a value of both lists is possible, as far as one of them names exact texts only.
    func canMeet(_ other: ValueList) -> Bool {
        if globs.isEmpty { return exact.contains { other.matches($0) } }
        if other.globs.isEmpty { return other.exact.contains { matches($0) } }
        return true
    }
}

extension ValueList: CustomStringConvertible {
    /// `alice, bob or none`
    var description: String {
        let texts = patterns.map(\.text) + (includesNone ? ["none"] : [])
        return texts.joined(separator: ", ")
    }
}
