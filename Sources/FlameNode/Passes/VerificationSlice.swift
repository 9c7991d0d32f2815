// SPDX-License-Identifier: Apache-2.0

public import FlameHub
import StrictJSON

/// Looks whether known rows still exist: deletions leave no trace at the Hub (flame-hub.md, 6.5).
///
/// It asks for up to 50 rows by the ids of their projects or analyses, which costs the same whatever the size of the
/// list and is not disturbed by changes.
public struct VerificationSlice<Part: NodePart>: Sendable {
    /// A row that is known on this machine.
    public struct KnownRow: Sendable, Hashable {
        /// Its id.
        public let id: HubID<Part>
        /// The project or the analysis.
        public let wholeID: HubID<Part.Whole>

        /// A known row.
        public init(id: HubID<Part>, wholeID: HubID<Part.Whole>) {
            self.id = id
            self.wholeID = wholeID
        }
    }

    /// The node whose rows they are.
    public let nodeID: HubID<Node>
    /// The rows that are looked for, those verified longest ago first.
    public let rows: [KnownRow]

    /// A slice of the first 50 rows that are given; `nil` if there are none.
    public init?(of nodeID: HubID<Node>, rows: some Sequence<KnownRow>) {
        self.nodeID = nodeID
        self.rows = Array(rows.prefix(PageRequest.maximumLimit))
        if self.rows.isEmpty { return nil }
    }

    /// What to ask for.
    public var filter: Filter<Part> {
        Part.ofNode(nodeID) && Part.inWholes(rows.map(\.wholeID))
    }

    /// The rows that did not come back. One of them is to be read by its id before it counts as deleted.
    public func missing(from page: ResourcePage<Part>) -> [KnownRow] {
        // A row that does not fit the model is there all the same.
        let found = Set(page.rows.compactMap { $0.raw.objectValue?["id"]?.stringValue?.lowercased() })
        return rows.filter { !found.contains($0.id.text) }
    }
}
