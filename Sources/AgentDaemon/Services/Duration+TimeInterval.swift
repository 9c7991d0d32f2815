import Foundation

extension Duration {
    /// The same length in seconds, as `Date` counts.
    var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
