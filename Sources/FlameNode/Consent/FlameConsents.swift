// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import FlameHub
package import Foundation
import StrictJSON
import SystemFiles

/// Shows the data owner what an analysis consists of, and keeps what was shown: consent is given for that.
public struct FlameConsents: Sendable {
    private let reader: FlameReader
    private let file: SecretFile

    private static let maximumBytes = 16 << 20
    /// How many analyses are remembered as shown: 100, the newest.
    private static let maximumShown = 100

    /// - Parameter directory: Where what was shown is kept.
    package init(reader: FlameReader, directory: URL) {
        self.reader = reader
        file = SecretFile(
            directory.appendingPathComponent("flame_consent_shown.json"),
            maximumBytes: Self.maximumBytes
        )
    }

    /// Reads an analysis from the Hub. It counts as shown from then on.
    ///
    /// - Parameter id: The id of the analysis, or of this node's part in it.
    /// - Throws: ``FlameNodeError`` if this node has no part in it, or was not found yet; `FlameHubError`.
    public func show(_ id: String, _ session: FlameSession) async throws -> AnalysisContent {
        guard let node = try await FlameSyncState.read(reader).flatMap({ HubID<Node>($0.nodeID) }) else {
            throw FlameNodeError(
                .unavailable,
                "the node was not found at the Hub yet",
                hint: "start the agent; it reads the Hub at once"
            )
        }
        let own = try await reader.row(FlameRow.Key(.analysisNode, FlameRow.normalized(id)))
        guard let analysis = HubID<Analysis>(own?.parent ?? id) else {
            throw FlameNodeError(.usage, "\(id) is not an id: expected a UUID")
        }
        guard let content = try await AnalysisContent.read(analysis, of: node, session) else {
            throw FlameNodeError.noPart(in: id)
        }
        var shown = try lastShown().filter { $0.analysis != content.snapshot.analysis }
        shown.append(content.snapshot)
        try file.replace(SecretBytes(JSONEncoder().encode(shown.suffix(Self.maximumShown))))
        return content
    }

    /// What was last shown of an analysis; `nil` if nothing was.
    ///
    /// - Parameter id: The id of the analysis, or of this node's part in it.
    public func shown(_ id: String) throws -> ConsentSnapshot? {
        let id = FlameRow.normalized(id)
        return try lastShown().last { $0.analysis == id || $0.part == id }
    }

    private func lastShown() throws -> [ConsentSnapshot] {
        guard try file.exists() else { return [] }
        // What can't be read was not shown: it is shown again.
        return (try? [ConsentSnapshot](strictJSON: file.load().reveal())) ?? []
    }
}
