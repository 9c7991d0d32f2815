/// A text that equals only the same bytes.
///
/// Swift's `String` takes canonically equivalent texts for equal; Bitfount's peers do not, so two labels or keys that
/// differ in their bytes must stay two.
struct ExactText: Hashable, Comparable, Sendable {
    let text: String

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Order by UTF-8 bytes, which is order by code point.
    static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}
