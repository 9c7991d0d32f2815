// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import StateStore
import StrictJSON

/// Whether an analysis may run on this node's data, by what is stored on this machine.
struct ConsentJudge: Sendable {
    let reader: FlameReader
    let source: FlameConsentSource
    let now: @Sendable () -> Date

    /// What was found.
    struct Verdict: Sendable {
        /// Whether the data owner's consent holds.
        var hasConsent: Bool
        /// What the data owner said about the analysis or, if nothing, about its project; `nil` if nothing counts.
        var consent: FlameConsent?
        /// What is in the way besides.
        var blockers: [StartBlocker]
        /// Whether the Hub's *distributed* is about another image, and the data owner did not confirm this one.
        var isDistributionStale: Bool
    }

    /// Judges a part.
    ///
    /// What was said about the analysis counts before what was said about its project, and both before the Hub. A project that
    /// the data owner rejected stays rejected, whatever was approved in it.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - analysis: Its analysis; `nil` if it is not known.
    func verdict(on part: FlameRow, _ analysis: FlameRow?) async throws(StoreError) -> Verdict {
        let own = try await said(about: .analysis, part.parent)
        let notes = try await notes(of: part.parent)
        let isStale = notes?.isDistributionStale == true && !Self.isConfirmed(own, part, analysis)
        var verdict = Verdict(hasConsent: false, consent: own, blockers: [], isDistributionStale: isStale)
        guard let projectID = analysis?.parent, let projectPart = try await self.part(in: projectID) else {
            // The Hub's word for the project counts only if this node was asked to take part in it.
            verdict.blockers = [.projectUnknown]
            verdict.hasConsent = own?.holds(at: now()) ?? false
            return verdict
        }
        let project = try await said(about: .project, projectID)
        if project?.terms.isRejection == true || projectPart.approval == ApprovalStatus.rejected.rawValue {
            verdict.blockers = [.projectRejected]
            return verdict
        }
        if let own {
            verdict.hasConsent = own.holds(at: now())
            return verdict
        }
        guard notes?.hasMoved != true else {
            verdict.blockers = [.projectUnknown]
            return verdict
        }
        if let project {
            verdict.consent = project
            verdict.hasConsent = project.holds(at: now())
            return verdict
        }
        let approved = ApprovalStatus.approved.rawValue
        verdict.hasConsent = source == .followHub && part.approval == approved && projectPart.approval == approved
        return verdict
    }

    /// Whether the data owner confirmed the image that the Hub names now.
    private static func isConfirmed(_ consent: FlameConsent?, _ part: FlameRow, _ analysis: FlameRow?) -> Bool {
        guard let image = consent?.terms.image, consent?.isGranted == true else { return false }
        return image == analysis?.fields?["buildHash"]?.stringValue
            || image == part.fields?["artifactDigest"]?.stringValue
    }

    private func said(about kind: FlameRow.Kind, _ id: String?) async throws(StoreError) -> FlameConsent? {
        guard let id else { return nil }
        return try await reader.consent(FlameRow.Key(kind, id))
    }

    private func notes(of analysis: String?) async throws(StoreError) -> AnalysisNotes? {
        guard let analysis else { return nil }
        return try await reader.notes(analysis)
    }

    private func part(in project: String) async throws(StoreError) -> FlameRow? {
        try await reader.parts(.projectNode, in: project).first
    }
}
