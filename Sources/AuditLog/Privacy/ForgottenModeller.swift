/// What was deleted to forget a person.
public struct ForgottenModeller: Sendable, Hashable {
    /// How many entries can't be traced to the person any more.
    public let entries: Int
    /// How many finished messages have lost the person's name and their content.
    public let messages: Int

    /// Whether nothing was known that could be deleted.
    public var isEmpty: Bool { entries == 0 && messages == 0 }
}
