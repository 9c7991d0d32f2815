/// What a column means to modellers (bitfount-protocol.md, 5.3).
public enum SemanticType: String, Sendable, Hashable, CaseIterable, Codable {
    /// One of a known set of values.
    case categorical
    /// A quantity.
    case continuous
    /// A path of an image.
    case image
    /// Anything else.
    case text
}
