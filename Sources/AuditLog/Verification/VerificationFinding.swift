/// Something that verification found wrong.
public struct VerificationFinding: Sendable, Hashable {
    /// The part of the log that it concerns.
    public enum Part: String, Sendable, CaseIterable {
        /// The tables, triggers and indexes themselves.
        case schema = "schema"
        /// The log's name.
        case log = "log"
        /// An entry; `position` is its sequence number.
        case entry = "entry"
        /// A tile of the tree; `position` is its index within its level.
        case tile = "tile"
        /// A checkpoint; `position` is its size.
        case checkpoint = "checkpoint"
        /// A key; `position` is the sequence number of the entry that names it.
        case key = "key"
        /// The query index; `position` is the segment. It is no evidence and can be built again.
        case index = "index"
        /// The readable form of a name that the log holds only as a salted hash; `position` is the entry's sequence
        /// number.
        case salt = "salt"
        /// A segment that was archived; `position` is its first sequence number.
        case archive = "archive"
        /// A received message; `position` is its number.
        case inbox = "inbox"
        /// A claimed task; `position` is the number of its message.
        case task = "task"
        /// A reply; `position` is its number.
        case outbox = "outbox"
        /// What is kept of a FLAME node: a mirror of its Hub, consents, what is to be written and what runs.
        case flame = "flame"
    }

    /// The part of the log.
    public let part: Part
    /// Where in that part, if it can be said.
    public let position: Int64?
    /// What is wrong, in one sentence.
    public let message: String

    init(_ part: Part, _ position: Int64? = nil, _ message: String) {
        self.part = part
        self.position = position
        self.message = message
    }
}

extension VerificationFinding: CustomStringConvertible {
    /// Part, position and message.
    public var description: String { "\(part.rawValue)\(position.map { " \($0)" } ?? ""): \(message)" }
}
