// SPDX-License-Identifier: Apache-2.0

/// How far a build, a distribution or an execution is (flame-hub.md, 4.6). None at all means that it has not begun.
public struct ProcessStatus: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// It is about to begin.
    public static let starting = ProcessStatus(rawValue: "starting")
    /// It has begun.
    public static let started = ProcessStatus(rawValue: "started")
    /// It is about to stop.
    public static let stopping = ProcessStatus(rawValue: "stopping")
    /// It was stopped.
    public static let stopped = ProcessStatus(rawValue: "stopped")
    /// It runs.
    public static let executing = ProcessStatus(rawValue: "executing")
    /// It ended well.
    public static let executed = ProcessStatus(rawValue: "executed")
    /// It ended badly.
    public static let failed = ProcessStatus(rawValue: "failed")
    /// All of them.
    public static let known: [Self] = [.starting, .started, .stopping, .stopped, .executing, .executed, .failed]

    /// What hubs before 0.8.22 say instead.
    static let formerWords = ["executed": "finished", "executing": "running"]
}
