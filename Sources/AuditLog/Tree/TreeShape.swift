/// How the leaves of an RFC 6962 tree divide into subtrees.
enum TreeShape {
    /// The two subtrees under the root of at least two leaves: the left one is the largest power of two that leaves
    /// something for the right one.
    static func halves(of leaves: Range<Int64>) -> (Range<Int64>, Range<Int64>) {
        let count = leaves.upperBound - leaves.lowerBound
        let middle = leaves.lowerBound + (1 << (Int64.bitWidth - 1 - (count - 1).leadingZeroBitCount))
        return (leaves.lowerBound..<middle, middle..<leaves.upperBound)
    }
}
