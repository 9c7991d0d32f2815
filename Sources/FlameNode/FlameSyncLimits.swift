/// What bounds one look at the Hub.
struct FlameSyncLimits: Sendable {
    /// How many pages of older rows are read until all are known.
    let backfillPages = 10
    /// How many slices of known rows are looked for while the Hub has fewer rows than are known; otherwise it is one.
    let verificationSlices = 4
    /// How many cycles lie between two walks over all rows, if rows are missing.
    let cyclesBetweenBackfills = 20
    /// How many rows that left a set are read one by one.
    let rowsReadAlone = 5
}
