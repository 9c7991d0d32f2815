// SPDX-License-Identifier: Apache-2.0

/// One row of the FLAME Hub, as it was last seen.
public struct FlameRow: Sendable, Equatable {
    /// What a row is about.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// This node.
        case node = "node"
        /// A project.
        case project = "project"
        /// The node's part in a project.
        case projectNode = "project-node"
        /// An analysis.
        case analysis = "analysis"
        /// The node's part in an analysis.
        case analysisNode = "analysis-node"
    }

    /// Which question of the node a row belongs to.
    public enum Standing: String, Sendable, CaseIterable {
        /// A part that nobody decided about.
        case pending = "pending"
        /// A part that is approved and not finished.
        case active = "active"
        /// A part that is refused or finished.
        case closed = "closed"
        /// Not a part: the node, a project, an analysis.
        case context = "context"
    }

    /// Names a row.
    public struct Key: Sendable, Hashable {
        /// What it is about.
        public var kind: Kind
        /// The Hub's id, or a name made up for a row that has none.
        public var id: String

        /// Names a row.
        public init(_ kind: Kind, _ id: String) {
            self.kind = kind
            self.id = id
        }
    }

    /// What it is about, and its id.
    public var key: Key
    /// The id of the project or the analysis that a part belongs to.
    public var parent: String?
    /// The Hub's word for the decision.
    public var approval: String?
    /// The Hub's word for how far the node is.
    public var execution: String?
    /// Which question it belongs to.
    public var standing: Standing
    /// The Hub's text for the time of its last change.
    public var updatedAt: String?
    /// The row itself: JSON with sorted keys, unknown fields included.
    public var raw: String
    /// Why it can't be read; `nil` if it can.
    public var fault: String?

    /// A row with its id and text; everything else is absent.
    public init(_ key: Key, standing: Standing, raw: String) {
        self.key = key
        self.standing = standing
        self.raw = raw
    }
}
