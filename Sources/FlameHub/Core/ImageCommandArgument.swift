// SPDX-License-Identifier: Apache-2.0

/// An argument that an image's program is started with (flame-hub.md, 4.6).
public struct ImageCommandArgument: Codable, Sendable, Hashable {
    /// Where an argument stands.
    public struct Position: OpenEnum {
        /// The word as it goes over the wire.
        public let rawValue: String

        /// Takes any word.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Before the entry point.
        public static let before = Position(rawValue: "before")
        /// Behind the entry point.
        public static let after = Position(rawValue: "after")
        /// All of them.
        public static let known: [Self] = [.before, .after]
    }

    /// The argument, 2 to 512 characters.
    public var value: String
    /// Where it stands; some hubs leave it out.
    public var position: Position?

    /// An argument.
    public init(_ value: String, position: Position? = nil) {
        self.value = value
        self.position = position
    }
}
