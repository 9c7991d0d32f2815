// SPDX-License-Identifier: Apache-2.0

import Metrics
import Synchronization

/// A count that only grows.
final class PrometheusCounter: CounterHandler, Sendable {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { count.store(0, ordering: .relaxed) }
}

/// A value that goes up and down.
final class PrometheusGauge: MeterHandler, RecorderHandler, Sendable {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

/// A distribution in fixed buckets; times are in seconds.
final class PrometheusHistogram: RecorderHandler, TimerHandler, Sendable {
    /// From below a signature's cost to a modeller's patience.
    static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

    private struct State {
        var counts = [Int](repeating: 0, count: PrometheusHistogram.bounds.count)
        var count = 0
        var sum = 0.0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            state.count += 1
            state.sum += value
            if let index = Self.bounds.firstIndex(where: { value <= $0 }) { state.counts[index] += 1 }
        }
    }

    func render(name: String, labels: String) -> String {
        let state = state.withLock { $0 }
        let inner = labels.isEmpty ? "" : String(labels.dropFirst().dropLast()) + ","
        var text = ""
        var cumulative = 0
        for (bound, count) in zip(Self.bounds, state.counts) {
            cumulative += count
            text += "\(name)_bucket{\(inner)le=\"\(bound)\"} \(cumulative)\n"
        }
        text += "\(name)_bucket{\(inner)le=\"+Inf\"} \(state.count)\n"
        return text + "\(name)_sum\(labels) \(state.sum)\n\(name)_count\(labels) \(state.count)\n"
    }
}
