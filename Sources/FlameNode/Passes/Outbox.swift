// SPDX-License-Identifier: Apache-2.0

public import FlameHub
public import Foundation
import Timekeeping

/// The writes that the Hub has not taken yet, in order (flame-hub.md, 6.3, 6.7 and 6.9).
///
/// It is a value: whoever keeps it stores every change before acting on it.
public struct Outbox: Sendable, Equatable {
    /// What became of a write that failed.
    public enum Outcome: Sendable, Equatable {
        /// It is tried again later.
        case later
        /// It may have arrived, and must not be sent again before somebody looked for it.
        case inDoubt
        /// The row is gone; everything that was to be written to it is dropped.
        case targetGone
        /// It is refused for good and dropped. The operator is to be told.
        case refused
    }

    /// The writes, oldest first.
    public private(set) var entries: [OutboxEntry] = []
    /// The id that the next entry gets. Ids are never given twice.
    public private(set) var nextID: Int64 = 1
    /// The targets that nothing may be written to, since what waits for them can't be read.
    public private(set) var blockedTargets: Set<String> = []

    /// An empty outbox.
    public init() {}

    /// The outbox as it was kept.
    ///
    /// - Parameters:
    ///   - entries: The writes, in any order.
    ///   - nextID: The id that the next entry gets; at least one more than the largest that was ever given.
    ///   - blocked: The targets that nothing may be written to.
    public init(restoring entries: [OutboxEntry], nextID: Int64, blocked: Set<String> = []) {
        blockedTargets = blocked
        self.entries = entries.sorted { $0.id < $1.id }
        self.nextID = max(nextID, (self.entries.last?.id ?? 0) + 1)
    }

    /// Puts a write at the end. A report is merged into one that waits for the same part: only the last status counts.
    ///
    /// - Returns: The id of the entry that holds it.
    @discardableResult
    public mutating func add(_ write: OutboxEntry.Write) -> Int64 {
        if case .report(let part, let report) = write,
            let index = entries.lastIndex(where: { $0.write.target == write.target && !$0.isInFlight }),
            case .report(_, let waiting) = entries[index].write
        {
            entries[index].write = .report(part: part, waiting.followed(by: report))
            return entries[index].id
        }
        let entry = OutboxEntry(id: nextID, write: write)
        nextID += 1
        entries.append(entry)
        return entry.id
    }

    /// The writes that may be sent now: of each target the first, if its time has come and it is not under way.
    public func due(at now: Date) -> [OutboxEntry] {
        var targets = blockedTargets
        return entries.filter { entry in
            targets.insert(entry.write.target).inserted && !entry.isInFlight && !entry.isInDoubt
                && entry.notBefore <= now.timeIntervalSince1970
        }
    }

    /// Takes note that a write is being sent.
    public mutating func begin(_ id: Int64) {
        change(id) { $0.isInFlight = true }
    }

    /// Takes note that the Hub took a write.
    public mutating func succeed(_ id: Int64) {
        entries.removeAll { $0.id == id }
    }

    /// Takes note that a write failed.
    ///
    /// - Parameters:
    ///   - now: This machine's time.
    ///   - random: A number from 0 up to 1, for the jitter of the wait.
    public mutating func fail(_ id: Int64, _ error: FlameHubError, at now: Date, random: Double) -> Outcome {
        guard let entry = entries.first(where: { $0.id == id }) else { return .refused }
        switch error.code {
        case .notFound:
            entries.removeAll { $0.write.target == entry.write.target }
            return .targetGone
        case .transport, .server, .rateLimited, .cancelled, .authentication, .malformedResponse:
            let mayHaveArrived = ![.rateLimited, .authentication].contains(error.code)
            let delay = Backoff().delay(afterFailures: entry.attempts + 1) { random }
            let wait = max(delay, error.retryAfter ?? .zero)
            change(id) {
                $0.isInFlight = false
                $0.attempts += 1
                $0.notBefore = now.timeIntervalSince1970 + wait / .seconds(1)
                $0.isInDoubt = mayHaveArrived && !$0.write.isIdempotent
            }
            return mayHaveArrived && !entry.write.isIdempotent ? .inDoubt : .later
        default:
            succeed(id)
            return .refused
        }
    }

    /// After a restart nothing is under way; what was may have arrived.
    public mutating func recover() {
        for index in entries.indices where entries[index].isInFlight {
            entries[index].isInFlight = false
            entries[index].isInDoubt = !entries[index].write.isIdempotent
        }
    }

    /// Settles a write that was in doubt.
    ///
    /// - Parameter arrived: Whether the Hub has it.
    public mutating func settle(_ id: Int64, arrived: Bool) {
        if arrived { succeed(id) } else { change(id) { $0.isInDoubt = false } }
    }

    /// Forgets everything that was to be written to a row that is gone.
    public mutating func drop(target: String) {
        entries.removeAll { $0.write.target == target }
    }

    private mutating func change(_ id: Int64, _ change: (inout OutboxEntry) -> Void) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        change(&entries[index])
    }
}
