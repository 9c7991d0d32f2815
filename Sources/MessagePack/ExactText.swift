// SPDX-License-Identifier: Apache-2.0

/// A text that equals another only if both have the same UTF-8 bytes.
///
/// `String` compares by Unicode canonical equivalence, under which a key that a peer reads as unknown could
/// pass here for a known one.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // Ends the text, so that ("ab", "c") and ("a", "bc") feed different bytes; 0xFF is in no UTF-8 text.
        hasher.combine(0xFF as UInt8)
    }
}

extension ExactText: Comparable {
    /// Order by UTF-8 bytes, which is order by code point.
    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
