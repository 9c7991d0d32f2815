import StateStore

extension VerificationFinding.Part {
    /// The log's name.
    public static let log = Self(rawValue: "log")
    /// An entry; `position` is its sequence number.
    public static let entry = Self(rawValue: "entry")
    /// A tile of the tree; `position` is its index within its level.
    public static let tile = Self(rawValue: "tile")
    /// A checkpoint; `position` is its size.
    public static let checkpoint = Self(rawValue: "checkpoint")
    /// A key; `position` is the sequence number of the entry that names it.
    public static let key = Self(rawValue: "key")
    /// The query index; `position` is the segment. It is no evidence and can be built again.
    public static let index = Self(rawValue: "index")
    /// The readable form of a name that the log holds only as a salted hash; `position` is the entry's sequence
    /// number.
    public static let salt = Self(rawValue: "salt")
    /// A segment that was archived; `position` is its first sequence number.
    public static let archive = Self(rawValue: "archive")
}
