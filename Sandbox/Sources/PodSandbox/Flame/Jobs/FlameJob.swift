// SPDX-License-Identifier: Apache-2.0

/// Something that the Hub does some time after a request (flame-hub.md, 8.3).
enum FlameJob: Sendable {
    /// Makes the three buckets of an analysis.
    case makeBuckets(analysis: String)
    /// Links a file that landed in a bucket of an analysis.
    case linkFile(String)
    /// Takes over the statuses of an analysis' nodes.
    case recalculate(analysis: String)
    /// Goes on with building.
    case build(analysis: String)
    /// Goes on with distributing.
    case distribute(analysis: String)
    /// Keeps a line of a log.
    case keep(FlameLogs.Line, of: FlameLogs.Subject)
    /// Goes on with building a master image.
    case buildImage(String)
}
