// SPDX-License-Identifier: Apache-2.0

/// Why a `flame.…` entry was recorded: the closed list that the audit log and the command line use.
///
/// The raw values are part of the audit log's format: a value once released is never renamed nor given another meaning.
public enum FlameReason: String, Sendable, CaseIterable, Codable {

    // MARK: What the Hub shows

    /// The node was found at the Hub; `ref` names it.
    case found = "found"
    /// A part in a project or an analysis appeared.
    case arrived = "arrived"
    /// The node's row, or what an analysis consists of, changed; `ref` names the fields.
    case changed = "changed"
    /// A row is gone at the Hub.
    case removed = "removed"
    /// The Hub shows another decision than before, and it was not made here.
    case decidedAtHub = "decided-at-hub"
    /// The Hub shows that a decision was taken back, and that was not done here.
    case reopenedAtHub = "reopened-at-hub"
    /// Somebody else wrote how far this node is with an analysis.
    case reportedElsewhere = "reported-elsewhere"
    /// The Hub has another public key for this node.
    case keyDiffers = "key-differs"
    /// The Hub sent a row of another node, or ignored a part of a query; the page was not used.
    case foreignRow = "foreign-row"

    // MARK: What was done here

    /// The data owner consented on this machine.
    case consentGranted = "consent-granted"
    /// The consent was taken back; `by` says whether by the data owner or by a rule, `ref` which differences a rule saw.
    case consentWithdrawn = "consent-withdrawn"
    /// The data owner decided; recorded before it is sent.
    case decided = "decided"
    /// The Hub took the decision.
    case sent = "sent"
    /// The Hub had the decision already.
    case alreadyThere = "already-there"
    /// The row changed after the data owner saw it; the decision was not sent.
    case changedSinceShown = "changed-since-shown"
    /// The Hub refused a write for good; it is not sent again.
    case refusedByHub = "refused-by-hub"
    /// What was to be written to is gone.
    case targetGone = "target-gone"
    /// How far this node is with an analysis; recorded before it is sent.
    case reported = "reported"
    /// A run has to stop, because its approval or its row is gone.
    case stopRequired = "stop-required"
    /// Another writer does not give way, or the Hub says something that this version does not understand.
    case contested = "contested"
    /// The node's public key was given to the Hub.
    case keySent = "key-sent"
}
