import Foundation
import Synchronization

/// Registration and heartbeat of each dataset, as last seen.
public final class DatasetBoard: Sendable {
    private let datasets: Mutex<[String: StatusReport.Dataset]>

    /// Starts with nothing registered.
    public init() {
        datasets = Mutex([:])
    }

    /// The datasets whose registration the Hub has taken, by identifier.
    public var registered: Set<String> {
        datasets.withLock { Set($0.values.lazy.filter { $0.registeredAt != nil }.map(\.identifier)) }
    }

    /// The Hub took a registration.
    func registered(_ identifier: String, at date: Date) {
        update(identifier) { dataset in
            dataset.registeredAt = date
            dataset.problem = nil
        }
    }

    /// The Hub took a heartbeat.
    func heartbeat(_ identifier: String, at date: Date) {
        update(identifier) { dataset in
            dataset.lastHeartbeat = date
            dataset.problem = nil
        }
    }

    /// A registration or heartbeat failed.
    func failed(_ identifier: String, _ problem: String) {
        update(identifier) { $0.problem = problem }
    }

    /// All datasets, by identifier.
    func snapshot() -> [StatusReport.Dataset] {
        datasets.withLock { $0.values.sorted { $0.identifier < $1.identifier } }
    }

    private func update(_ identifier: String, _ change: (inout StatusReport.Dataset) -> Void) {
        datasets.withLock { change(&$0[identifier, default: StatusReport.Dataset(identifier: identifier)]) }
    }
}
