/// A text that equals another only if both have the same UTF-8 bytes.
///
/// `String` compares by Unicode canonical equivalence, under which a key that a peer reads as unknown could
/// pass here for a known one.
struct ExactText: Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // Ends the text, so that ("ab", "c") and ("a", "bc") feed different bytes; 0xFF is in no UTF-8 text.
        hasher.combine(0xFF as UInt8)
    }
}
