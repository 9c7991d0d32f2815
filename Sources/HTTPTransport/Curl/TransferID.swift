// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Names one transfer of this process.
struct TransferID: Sendable, Hashable {
    private static let last = Atomic<UInt64>(0)
    private let number: UInt64

    /// An ID that was never given out before.
    static func next() -> TransferID {
        TransferID(number: last.wrappingAdd(1, ordering: .relaxed).newValue)
    }
}
