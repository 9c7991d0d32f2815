extension String {
    /// Whether this is what genuine peers use as an id: 1 to `maximumBytes` printable ASCII characters, no space.
    ///
    /// Anything else could forge a log line, or compare equal to another id under Unicode's rules while its bytes
    /// differ; between two ASCII strings `==` compares bytes.
    func isPlainIdentifier(maximumBytes: Int) -> Bool {
        (1...maximumBytes).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether both have the same bytes; `==` also holds for different bytes that Unicode calls equivalent.
    func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
