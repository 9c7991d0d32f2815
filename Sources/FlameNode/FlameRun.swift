import AuditLog
import FlameHub
import Foundation

/// What is known on this machine of the run of an analysis.
struct FlameRun: Codable, Sendable, Equatable {
    /// The status that was last reported from here, or last taken over from the Hub.
    var status: ProcessStatus?
    /// The progress that was last reported.
    var progress: Int?
    /// When progress alone was last reported.
    var progressAt: Date?
    /// Whether the status was reported once more already since it last matched.
    var hasReasserted = false
    /// Why the run has to stop; `nil` if it may go on.
    var stopReason: String?

    /// Whether it runs.
    var isRunning: Bool { status?.isActive ?? false }

    /// Reads what ``stored`` wrote; `nil` if it is something else.
    init?(text: String) {
        guard let run = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = run
    }

    /// Goes on from what the Hub has.
    init(status: ProcessStatus?, progress: Int?) {
        self.status = status
        self.progress = progress
    }

    /// The run as it is kept.
    var stored: FlameBatch.Run {
        // Numbers, texts and dates only: encoding can't fail.
        let body = (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return FlameBatch.Run(isRunning: isRunning, body: body)
    }
}
