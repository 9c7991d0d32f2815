// SPDX-License-Identifier: Apache-2.0

import Foundation
public import Metrics
import Synchronization

/// Keeps all metrics of the process and renders them as Prometheus text.
///
/// Labels are the metric's dimensions; they never carry users or tasks.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    struct Key: Hashable, Comparable {
        let name: String
        let labels: String

        static func < (left: Key, right: Key) -> Bool { (left.name, left.labels) < (right.name, right.labels) }
    }

    /// What kind of metric it is, as its type line says.
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    private struct Metrics {
        var counters: [Key: PrometheusCounter] = [:]
        var gauges: [Key: PrometheusGauge] = [:]
        var histograms: [Key: PrometheusHistogram] = [:]
    }

    private let metrics = Mutex(Metrics())
    private let help: [String: String]
    private let process: [ProcessMetrics.Figure]

    /// Makes a registry without metrics.
    ///
    /// - Parameters:
    ///   - help: What metrics say, by their names.
    ///   - process: Figures about this process, which are read each time that they are asked for.
    init(help: [String: String] = [:], process: [ProcessMetrics.Figure] = []) {
        self.help = help
        self.process = process
    }

    /// The counter with this name and these dimensions; the same one each time.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = Self.key(label, dimensions)
        return metrics.withLock { metrics in
            let counter = metrics.counters[key] ?? PrometheusCounter()
            metrics.counters[key] = counter
            return counter
        }
    }

    /// The gauge with this name and these dimensions; the same one each time.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    /// A histogram where values are aggregated, else a gauge.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
    }

    /// A histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    /// Does nothing: metrics live as long as the process, so that no series vanishes between two scrapes.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing, as for counters.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing, as for counters.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing, as for counters.
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// How metrics are written down.
    public enum Format: Sendable {
        /// The Prometheus text format 0.0.4.
        case text
        /// OpenMetrics 1.0: a counter's type line names it without `_total`, and the text has an end mark.
        case openMetrics
    }

    /// All metrics by kind, sorted by name and labels, and the figures about the process.
    public func render(_ format: Format) -> String {
        let metrics = metrics.withLock { $0 }
        var text = ""
        render(metrics.counters, kind: .counter, format, into: &text) { key, counter in
            "\(key.name)\(key.labels) \(counter.value)\n"
        }
        render(metrics.gauges, kind: .gauge, format, into: &text) { key, gauge in
            "\(key.name)\(key.labels) \(gauge.value)\n"
        }
        render(metrics.histograms, kind: .histogram, format, into: &text) { key, histogram in
            histogram.render(name: key.name, labels: key.labels)
        }
        for figure in process {
            guard let value = figure.value() else { continue }
            describe(figure.name, figure.kind, format, into: &text)
            text += "\(figure.name) \(value == .infinity ? "+Inf" : "\(value)")\n"
        }
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private func render<Metric>(
        _ metrics: [Key: Metric],
        kind: Kind,
        _ format: Format,
        into text: inout String,
        line: (Key, Metric) -> String
    ) {
        var previous = ""
        for (key, metric) in metrics.sorted(by: { $0.key < $1.key }) {
            if key.name != previous { describe(key.name, kind, format, into: &text) }
            previous = key.name
            text += line(key, metric)
        }
    }

    private func describe(_ name: String, _ kind: Kind, _ format: Format, into text: inout String) {
        let isShortened = format == .openMetrics && kind == .counter && name.hasSuffix("_total")
        let family = isShortened ? String(name.dropLast(6)) : name
        if let help = help[name] { text += "# HELP \(family) \(Self.escape(help, quotes: format == .openMetrics))\n" }
        text += "# TYPE \(family) \(kind.rawValue)\n"
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusGauge {
        let key = Self.key(label, dimensions)
        return metrics.withLock { metrics in
            let gauge = metrics.gauges[key] ?? PrometheusGauge()
            metrics.gauges[key] = gauge
            return gauge
        }
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> PrometheusHistogram {
        let key = Self.key(label, dimensions)
        return metrics.withLock { metrics in
            let histogram = metrics.histograms[key] ?? PrometheusHistogram()
            metrics.histograms[key] = histogram
            return histogram
        }
    }

    private static func key(_ name: String, _ dimensions: [(String, String)]) -> Key {
        let labels = dimensions.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(escape($0.1))\"" }.joined(separator: ",")
        return Key(name: name, labels: labels.isEmpty ? "" : "{\(labels)}")
    }

    /// - Parameter quotes: Whether quotation marks need it, too; they don't in the text format's help lines.
    private static func escape(_ value: String, quotes: Bool = true) -> String {
        let text = value.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }
}
