/// What became of a log that was set aside.
public struct SetAsideLog: Sendable {
    /// Where the old files are now.
    public let files: [String]
    /// The last checkpoint of the old log that was known here. The new log names it, so that the old files, if they can be
    /// read again, can be held against it.
    public let lastCheckpoint: SignedCheckpoint?
    /// How many claimed tasks of the old log the new one knows. The others can be asked for again.
    public let claims: Int

    static let referencePrefix = "previous log "

    /// How the first entry of the new log names the old one.
    static func reference(to last: SignedCheckpoint?) -> String {
        referencePrefix + (last?.description ?? "without a known checkpoint")
    }
}
