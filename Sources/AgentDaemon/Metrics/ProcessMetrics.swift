// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The figures that every Prometheus client has about its own process, as `/proc` tells them.
enum ProcessMetrics {
    /// One figure: what it is now, or `nil` where the system does not say.
    struct Figure: Sendable {
        let name: String
        let kind: PrometheusRegistry.Kind
        let value: @Sendable () -> Double?
    }

    static let all = [
        Figure(name: "process_cpu_seconds_total", kind: .counter) {
            guard let user = stat(14), let system = stat(15) else { return nil }
            return (user + system) / ticksPerSecond
        },
        Figure(name: "process_max_fds", kind: .gauge) { openFileLimit },
        Figure(name: "process_open_fds", kind: .gauge) {
            // Reading the directory takes a descriptor, too.
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double(max(0, $0.count - 1)) }
        },
        Figure(name: "process_resident_memory_bytes", kind: .gauge) {
            stat(24).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
        },
        Figure(name: "process_start_time_seconds", kind: .gauge) {
            guard let boot = bootTime, let start = stat(22) else { return nil }
            return boot + start / ticksPerSecond
        },
        Figure(name: "process_virtual_memory_bytes", kind: .gauge) { stat(23) },
    ]

    private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    /// A field of `/proc/self/stat` by its number in proc(5); only of those behind the program's name, which may hold
    /// anything.
    private static func stat(_ number: Int) -> Double? {
        guard let text = text("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
    }

    private static var bootTime: Double? {
        line("btime ", in: "/proc/stat").flatMap { Double($0) }
    }

    private static var openFileLimit: Double? {
        guard let soft = line("Max open files", in: "/proc/self/limits")?.split(separator: " ").first else {
            return nil
        }
        return soft == "unlimited" ? .infinity : Double(soft)
    }

    /// What follows the beginning of the first such line.
    private static func line(_ beginning: String, in file: String) -> Substring? {
        text(file)?.split(separator: "\n").first { $0.hasPrefix(beginning) }?.dropFirst(beginning.count)
    }

    /// Files of `/proc` have no size, so that they are read to their end.
    private static func text(_ file: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.readToEnd() else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
