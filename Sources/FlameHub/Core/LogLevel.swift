// SPDX-License-Identifier: Apache-2.0

/// How grave a log line is.
public struct LogLevel: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Nothing works.
    public static let emerg = LogLevel(rawValue: "emerg")
    /// Somebody must act at once.
    public static let alert = LogLevel(rawValue: "alert")
    /// A part does not work.
    public static let crit = LogLevel(rawValue: "crit")
    /// Something failed.
    public static let error = LogLevel(rawValue: "error")
    /// Something may fail.
    public static let warn = LogLevel(rawValue: "warn")
    /// Something unusual.
    public static let notice = LogLevel(rawValue: "notice")
    /// Something usual.
    public static let info = LogLevel(rawValue: "info")
    /// For developers.
    public static let debug = LogLevel(rawValue: "debug")
    /// All of them.
    public static let known: [Self] = [.emerg, .alert, .crit, .error, .warn, .notice, .info, .debug]
}
