// SPDX-License-Identifier: Apache-2.0

public import AuditLog
public import Foundation
import StateStore

/// What the data owner said on this machine about a project or an analysis.
public struct FlameConsent: Sendable, Equatable {
    /// ``FlameRow/Kind/project`` or ``FlameRow/Kind/analysis``, and its id.
    public var subject: FlameRow.Key
    /// Whether the data may be computed on.
    public var isGranted: Bool
    /// Who said so: `operator`, or `policy` where the agent withdrew it by itself.
    public var by: AuditEntry.Authority
    /// When.
    public var at: Date
    /// What it holds for, and until when.
    public var terms: ConsentTerms

    /// A consent, or its withdrawal.
    public init(
        _ subject: FlameRow.Key,
        isGranted: Bool,
        by: AuditEntry.Authority,
        at: Date,
        terms: ConsentTerms = ConsentTerms()
    ) {
        self.subject = subject
        self.isGranted = isGranted
        self.by = by
        self.at = at
        self.terms = terms
    }

    /// Whether it allows something at a time. Consent to an analysis is worth nothing without what it was given for.
    func holds(at date: Date) -> Bool {
        guard isGranted, terms.until.map({ date < $0 }) ?? true else { return false }
        return subject.kind == .project || terms.snapshot != nil
    }
}

/// What a consent holds for, and until when.
public struct ConsentTerms: StoredJSON, Sendable, Equatable {
    static let subject = "What a consent holds for"

    /// When it ends; `nil` if it does not.
    public var until: Date?
    /// What was seen of the analysis; `nil` for a project.
    public var snapshot: ConsentSnapshot?
    /// The digest of an image that the data owner confirmed, because this Hub does not distribute it again.
    public var image: String?
    /// Whether the data owner rejected the part here. Then nothing that the Hub says counts as consent.
    public var isRejection: Bool

    enum CodingKeys: String, CodingKey {
        case until = "until"
        case snapshot = "snapshot"
        case image = "image"
        case isRejection = "isRejection"
    }

    /// Terms of a consent.
    public init(until: Date? = nil, snapshot: ConsentSnapshot? = nil, image: String? = nil, isRejection: Bool = false) {
        self.until = until
        self.snapshot = snapshot
        self.image = image
        self.isRejection = isRejection
    }

    /// Reads them. What a version before 9 of the state kept says nothing but that there was a consent.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        until = try container.decodeIfPresent(Date.self, forKey: .until)
        snapshot = try container.decodeIfPresent(ConsentSnapshot.self, forKey: .snapshot)
        image = try container.decodeIfPresent(String.self, forKey: .image)
        isRejection = try container.decodeIfPresent(Bool.self, forKey: .isRejection) ?? false
    }
}

/// What this machine noticed of an analysis and the Hub's row does not tell. Kept only where there is something.
struct AnalysisNotes: StoredJSON, Sendable, Equatable {
    static let subject = "What was noticed of an analysis"

    /// Whether the Hub's *distributed* is about a former image: it stays after an unlock and a new build
    /// (flame-hub-differences.md, Y11 and Y20).
    var isDistributionStale = false
    /// Whether the Hub moved the analysis to another project after it was first seen.
    var hasMoved = false

    enum CodingKeys: String, CodingKey {
        case isDistributionStale = "isDistributionStale"
        case hasMoved = "hasMoved"
    }
}
