// SPDX-License-Identifier: Apache-2.0

import Foundation
import Metrics
import Testing

@testable import AgentDaemon

@Suite("Prometheus text")
struct PrometheusRegistryTests {
    @Test("Counters, gauges and histograms in the text format")
    func text() {
        let registry = PrometheusRegistry()
        Counter(label: "podagent_x_total", dimensions: [("result", "a\"b\\c\nd")], factory: registry).increment(by: 2)
        Counter(label: "podagent_x_total", dimensions: [("result", "ok")], factory: registry).increment()
        Gauge(label: "podagent_y", factory: registry).record(1.5)
        Timer(label: "podagent_z_seconds", factory: registry).recordMilliseconds(7)
        let lines = registry.render(.text).split(separator: "\n").map(String.init)
        #expect(lines.filter { $0 == "# TYPE podagent_x_total counter" }.count == 1)
        #expect(lines.contains(#"podagent_x_total{result="a\"b\\c\nd"} 2"#))
        #expect(lines.contains(#"podagent_x_total{result="ok"} 1"#))
        #expect(lines.contains("podagent_y 1.5"))
        #expect(lines.contains(#"podagent_z_seconds_bucket{le="0.005"} 0"#))
        #expect(lines.contains(#"podagent_z_seconds_bucket{le="0.01"} 1"#))
        #expect(lines.contains(#"podagent_z_seconds_bucket{le="+Inf"} 1"#))
        #expect(lines.contains("podagent_z_seconds_count 1"))
        #expect(lines.last != "# EOF")
    }

    @Test("OpenMetrics names a counter without its suffix and ends with a mark")
    func openMetrics() {
        let registry = PrometheusRegistry()
        Counter(label: "podagent_x_total", factory: registry).increment()
        #expect(registry.render(.openMetrics) == "# TYPE podagent_x counter\npodagent_x_total 1\n# EOF\n")
    }

    @Test("A help line stands above each type line")
    func help() {
        let registry = PrometheusRegistry(help: ["podagent_x_total": "one \\ two\nthree \"four\""])
        Counter(label: "podagent_x_total", factory: registry).increment()
        #expect(
            registry.render(.text) == """
                # HELP podagent_x_total one \\\\ two\\nthree "four"
                # TYPE podagent_x_total counter
                podagent_x_total 1

                """
        )
        #expect(
            registry.render(.openMetrics) == """
                # HELP podagent_x one \\\\ two\\nthree \\"four\\"
                # TYPE podagent_x counter
                podagent_x_total 1
                # EOF

                """
        )
    }

    @Test("The figures about the process are those of /proc")
    func process() throws {
        let before = Date.now.timeIntervalSince1970
        let text = PrometheusRegistry(process: ProcessMetrics.all).render(.openMetrics)
        let values = Dictionary(
            uniqueKeysWithValues: text.matches(of: #/(?m)^(process_[a-z_]+) (\S+)$/#).map {
                (String($0.1), Double($0.2) ?? .nan)
            }
        )
        #expect(values.count == 6)
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func kilobytes(_ name: String) throws -> Double {
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
            return try #require(Double(line.split(whereSeparator: \.isWhitespace)[1]))
        }
        let resident = try #require(values["process_resident_memory_bytes"]) / 1_024
        #expect(try (kilobytes("VmRSS:") / 2...kilobytes("VmHWM:") * 2).contains(resident))
        #expect(try #require(values["process_virtual_memory_bytes"]) > resident)
        let start = try #require(values["process_start_time_seconds"])
        #expect(start > before - 24 * 3_600 && start <= before + 1)
        #expect(try #require(values["process_cpu_seconds_total"]) > 0)
        let open = try #require(values["process_open_fds"])
        let limit = try #require(values["process_max_fds"])
        #expect(open >= 3 && open <= limit)
        #expect(text.contains("# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total "))
    }
}
