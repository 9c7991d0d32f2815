/// What bounds one look at the Hub.
struct FlameSyncLimits: Sendable {
    /// How many pages of older rows are read until all are known.
    var backfillPages = 10
    /// How many slices of known rows are looked for while the Hub has fewer rows than are known; otherwise it is one.
    var verificationSlices = 4
    /// How many cycles lie between two walks over all rows, if rows are missing.
    var cyclesBetweenBackfills = 20
    /// How many rows that left a set are read one by one.
    var rowsReadAlone = 5
}
