import ArgumentParser
import FlameHub

/// Which lines of a log, and how they are shown.
struct FlameLogLines: ParsableArguments {
    @Option(help: "Only lines of this level.")
    var level: LogLevel?

    @Option(help: "At most so many, 1 to 50.")
    var limit = 50

    @Option(help: "Skip so many.")
    var offset = 0

    static let fields: [Field<LogEntry>] = [
        Field("time") { $0.time },
        Field("level") { $0.level?.rawValue },
        Field("service") { $0.service },
        Field("channel", inTable: false) { $0.channel?.rawValue },
        Field("message") { $0.message },
        Field("labels", inTable: false) { entry in
            entry.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "")" }
        },
    ]
}
