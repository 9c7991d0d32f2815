// SPDX-License-Identifier: Apache-2.0

public import FlameHub
public import Foundation

/// Something that the data owner, or whatever runs analyses, asks of the FLAME node.
public enum FlameAction: Codable, Sendable, Equatable {
    /// What a consent or a decision is about.
    public enum Subject: String, Codable, Sendable, CaseIterable {
        /// A project.
        case project = "project"
        /// An analysis.
        case analysis = "analysis"
    }

    /// Consents to a project or an analysis, or takes the consent back. Consent to an analysis is given for what was shown
    /// of it, may end, and may confirm the image by its digest.
    case consent(
        Subject,
        id: String,
        isGranted: Bool,
        shown: ConsentSnapshot? = nil,
        until: Date? = nil,
        image: String? = nil
    )
    /// Decides about this node's part in a project or an analysis, as it was shown.
    case decide(Subject, part: String, isApproved: Bool, comment: String?, shown: DecisionSnapshot)
    /// Reports how far this node is with an analysis. A finished run is begun again only if that is asked for.
    case report(analysis: String, status: ProcessStatus?, progress: Int?, isRestart: Bool? = nil)
    /// Writes a line to the log of this node's part in an analysis.
    case log(analysis: String, level: LogLevel, message: String)
    /// Gives the node's public key to the Hub, in the place of another one.
    case publishKey

    // The names on the status server's socket: of the cases, and of what each of them holds.

    enum CodingKeys: String, CodingKey {
        case consent = "consent"
        case decide = "decide"
        case report = "report"
        case log = "log"
        case publishKey = "publishKey"
    }

    enum ConsentCodingKeys: String, CodingKey {
        case _0 = "_0"
        case id = "id"
        case isGranted = "isGranted"
        case shown = "shown"
        case until = "until"
        case image = "image"
    }

    enum DecideCodingKeys: String, CodingKey {
        case _0 = "_0"
        case part = "part"
        case isApproved = "isApproved"
        case comment = "comment"
        case shown = "shown"
    }

    enum ReportCodingKeys: String, CodingKey {
        case analysis = "analysis"
        case status = "status"
        case progress = "progress"
        case isRestart = "isRestart"
    }

    enum LogCodingKeys: String, CodingKey {
        case analysis = "analysis"
        case level = "level"
        case message = "message"
    }
}

/// What became of a ``FlameAction``.
public struct FlameOutcome: Codable, Sendable, Equatable {
    /// Whether everything is done. If not, it is kept and goes on by itself.
    public var isDone: Bool
    /// What happened, in a sentence.
    public var message: String

    enum CodingKeys: String, CodingKey {
        case isDone = "isDone"
        case message = "message"
    }
}
