import GRDB

/// Gives entries their place, id and times, and inserts them. Lives on the writer's queue, inside its transaction:
/// a copy taken before a transaction restores it after a rollback.
struct EntryRecorder: Sendable {
    /// `v` of each line.
    static let formatVersion = 1

    /// The sequence number that the next entry gets; also the number of entries.
    private(set) var nextSequence: Int64
    let boot: String
    private var ulids = ULIDGenerator()
    private let environment: StoreEnvironment
    private let start: ContinuousClock.Instant

    init(nextSequence: Int64, environment: StoreEnvironment) {
        self.nextSequence = nextSequence
        self.environment = environment
        start = environment.monotonicClock()
        boot = (0..<2).map { _ in
            let digits = String(environment.random(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Inserts an entry at the end of the log.
    mutating func record(_ draft: EntryDraft, in db: Database) throws -> RecordedEntry {
        let milliseconds = environment.milliseconds
        let id = ulids.next(milliseconds: milliseconds, random: environment.random)
        let monotonic = Self.nanoseconds(environment.monotonicClock() - start)
        let sequence = nextSequence

        var line = JSONLine(reservingCapacity: 192 + draft.fields.count)
        line.openObject()
        line.number("v", Self.formatVersion)
        line.number("seq", sequence)
        line.plain("id", id)
        line.plain("at", EntryTime.text(milliseconds: milliseconds))
        line.plain("boot", boot)
        line.number("mono_ns", monotonic)
        line.append(fields: draft.fields)
        line.closeObject()

        let recorded = RecordedEntry(
            sequence: sequence,
            id: id,
            at: EntryTime.date(milliseconds: milliseconds),
            boot: boot,
            monotonicNanoseconds: monotonic,
            entry: draft.entry,
            body: line.bytes
        )
        try EntryTable.insert(recorded, milliseconds: milliseconds, in: db)
        nextSequence += 1
        return recorded
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds / 1_000_000_000))
    }
}
