// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import FlameHub
import FlameNode
import Foundation
import StrictJSON

/// `pod-agent flame consent`
struct FlameConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "What the data owner consents to on this machine, besides the Hub's approval.",
        discussion: """
            An analysis may start only with consent. What is said about an analysis counts before what is said about its \
            project; what is not said follows flame.consent. A project that was rejected stays rejected.

            Consent to an analysis is given for what `consent show` showed: part, lock, image, arguments, built image and the \
            files of the code. Any difference withdraws it and stops a run. The Hub itself does not keep them from being \
            changed after an approval.
            """,
        subcommands: [List.self, Show.self, Grant.self, Withdraw.self]
    )

    /// `pod-agent flame consent list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Everything that was said, oldest first.",
            discussion: """
                `gone` says that this node has no part in it any more. With --review only what is granted and was not looked at \
                for so many days, or ends within them.
                """
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var result: ResultOptions

        @Flag(help: "Only what wants another look.")
        var review = false

        @Option(help: "How many days --review looks back and ahead.")
        var days = 90

        func validate() throws {
            guard days > 0 else { throw ValidationError("--days is at least 1") }
        }

        private struct Line {
            let consent: FlameConsent
            let isGone: Bool
        }

        private static let fields: [Field<Line>] = [
            Field("subject") { $0.consent.subject.kind.rawValue },
            Field("id") { $0.consent.subject.id },
            Field("granted") { $0.consent.isGranted },
            Field("by") { $0.consent.by.rawValue },
            Field("at") { $0.consent.at.formatted(.iso8601) },
            Field("until") { $0.consent.terms.until?.formatted(.iso8601) },
            Field("rejected", inTable: false) { $0.consent.terms.isRejection },
            Field("image", inTable: false) { $0.consent.terms.image },
            Field("content", inTable: false) { $0.consent.terms.snapshot?.digest },
            Field("gone") { $0.isGone },
        ]

        func run() async throws {
            try await common.perform {
                let (reader, _) = try Agent.flameReader(common.load())
                let edge = TimeInterval(days) * 86_400
                var lines: [Line] = []
                for consent in try await reader.consents() {
                    let isDue =
                        consent.at.addingTimeInterval(edge) < .now
                        || consent.terms.until.map { $0 < .now.addingTimeInterval(edge) } ?? false
                    guard !review || (consent.isGranted && isDue) else { continue }
                    let kind: FlameRow.Kind = consent.subject.kind == .project ? .projectNode : .analysisNode
                    let isGone = try await reader.parts(kind, in: consent.subject.id).isEmpty
                    lines.append(Line(consent: consent, isGone: isGone))
                }
                try result.show(list: lines, Self.fields)
            }
        }
    }

    /// `pod-agent flame consent show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what an analysis consists of, read from the Hub now.",
            discussion: "Shows what `consent grant analysis` then consents to."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var result: ResultOptions

        @Argument(help: "The id of the analysis, or of this node's part in it.")
        var id: String

        private static let fields: [Field<ConsentSnapshot>] = [
            Field("analysis") { $0.analysis },
            Field("project") { $0.project },
            Field("part") { $0.part },
            Field("part_created_at") { $0.partCreatedAt },
            Field("part_updated_at") { $0.partUpdatedAt },
            Field("locked") { $0.isLocked },
            Field("image") { $0.image },
            Field("arguments") { $0.arguments },
            Field("build_hash") { $0.buildHash },
            Field("entrypoint") { $0.files?.filter(\.isEntrypoint).map(\.path) },
            Field("files") { snapshot -> JSONValue in
                guard let files = snapshot.files else { return .null }
                return .array(files.map { JSONValue($0, Self.fileFields) })
            },
            Field("digest") { $0.digest },
        ]

        private static let fileFields: [Field<ConsentSnapshot.File>] = [
            Field("path") { $0.path },
            Field("size") { $0.size },
            Field("created_at") { $0.createdAt },
            Field("updated_at", inTable: false) { $0.updatedAt },
            Field("entrypoint") { $0.isEntrypoint },
            Field("file") { $0.file },
            Field("uploader", inTable: false) { $0.uploader },
        ]

        func run() async throws {
            try await common.perform {
                let configuration = try common.load()
                LogOutput.bootstrap(configuration.log)
                let consents = try Agent.flameConsents(configuration)
                let snapshot = try await Agent.withFlameHub(configuration, asOwner: false) { session in
                    try await consents.show(id, session).snapshot
                }
                try result.show(snapshot, Self.fields) {
                    var lines = Table()
                    for field in Self.fields where field.key != "files" {
                        lines.append([field.heading, field.value(snapshot).cell])
                    }
                    lines.finish()
                    guard let files = snapshot.files else {
                        return print("the Hub does not show this node the files of the code")
                    }
                    TableWriter.show(files, Self.fileFields)
                }
            }
        }
    }

    /// `pod-agent flame consent grant`
    struct Grant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Consent to an analysis as it was shown, or to a whole project.",
            discussion: """
                An analysis must be locked and built, and be what `consent show` last showed. Consent to a project is the word for \
                whatever is placed in it, unseen; each start under it records what ran.
                """
        )

        @OptionGroup var common: CommonOptions

        @Argument(help: "What it is.")
        var subject: FlameAction.Subject

        @Argument(help: "Its id.")
        var id: String

        @Option(
            help: "When it ends: ISO 8601 in UTC, such as 2026-03-01 or 2026-03-01T12:00:00Z.",
            transform: AuditFilter.time
        )
        var until: Date?

        @Option(help: "The digest of an analysis' image, confirmed because this Hub does not distribute it again.")
        var image: String?

        func validate() throws {
            guard image == nil || subject == .analysis else { throw ValidationError("--image is about an analysis") }
        }

        func run() async throws {
            try await common.perform {
                let configuration = try common.load()
                LogOutput.bootstrap(configuration.log)
                let shown = subject == .analysis ? try Agent.flameConsents(configuration).shown(id) : nil
                let outcome = try await Agent.perform(
                    .consent(subject, id: id, isGranted: true, shown: shown, until: until, image: image),
                    configuration
                )
                print(outcome.message)
            }
        }
    }

    /// `pod-agent flame consent withdraw`
    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take consent back, or refuse it.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "What it is.")
        var subject: FlameAction.Subject

        @Argument(help: "Its id.")
        var id: String

        func run() async throws { try await common.perform(.consent(subject, id: id, isGranted: false)) }
    }
}
