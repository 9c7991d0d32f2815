// SPDX-License-Identifier: Apache-2.0

/// Lets transfers in while there is room, in the order they came, overall and for each origin.
///
/// libcurl has such limits too, but a transfer that waits for one host there can hold up those behind it.
struct AdmissionQueue {
    private let maximum: Int
    private let maximumPerOrigin: Int
    private var waiting: [(id: TransferID, origin: HTTPOrigin)] = []
    private var admitted: [TransferID: HTTPOrigin] = [:]
    private var admittedPerOrigin: [HTTPOrigin: Int] = [:]

    init(maximum: Int, maximumPerOrigin: Int) {
        self.maximum = max(1, maximum)
        self.maximumPerOrigin = max(1, maximumPerOrigin)
    }

    /// How many transfers wait.
    var waitingCount: Int { waiting.count }

    /// Adds a transfer to the end.
    mutating func enqueue(_ id: TransferID, to origin: HTTPOrigin) {
        waiting.append((id, origin))
    }

    /// Forgets a transfer, whether it waits or was let in.
    mutating func remove(_ id: TransferID) {
        guard let origin = admitted.removeValue(forKey: id) else {
            waiting.removeAll { $0.id == id }
            return
        }
        let left = (admittedPerOrigin[origin] ?? 1) - 1
        admittedPerOrigin[origin] = left > 0 ? left : nil
    }

    /// Lets the next transfer in for which there is room.
    mutating func admitNext() -> TransferID? {
        guard admitted.count < maximum,
            let position = waiting.firstIndex(where: { admittedPerOrigin[$0.origin, default: 0] < maximumPerOrigin })
        else { return nil }
        let (id, origin) = waiting.remove(at: position)
        admitted[id] = origin
        admittedPerOrigin[origin, default: 0] += 1
        return id
    }
}
