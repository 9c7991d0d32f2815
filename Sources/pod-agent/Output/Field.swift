import Bitfount

/// One field of what a command shows: a column or line for people, a member of a JSON object for programs.
struct Field<Item>: Sendable {
    /// The name in JSON, in camel case.
    let key: String
    /// Whether people see it too. What is long or only of use to programs is left out.
    let isInTable: Bool
    let value: @Sendable (Item) -> JSONValue

    /// A field whose heading for people is its key in capital words.
    init(_ key: String, inTable: Bool = true, _ value: @escaping @Sendable (Item) -> some FieldValue) {
        self.key = key
        isInTable = inTable
        self.value = { value($0).jsonValue }
    }

    /// `displayName` as `DISPLAY NAME`.
    var heading: String {
        key.reduce(into: "") { heading, letter in
            if letter.isUppercase { heading.append(" ") }
            heading.append(letter.uppercased())
        }
    }
}
