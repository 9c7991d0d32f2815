// SPDX-License-Identifier: Apache-2.0

/// What a test, or the Hub's people, do to the records, bypassing permissions. Names are in camel case whatever the
/// release; a time of change moves as it does for requests.
extension SandboxFlameHub {
    /// A record with all its fields, or nil.
    package func record(_ collection: String, _ id: String) -> [String: JSONValue]? {
        state.read { state in
            guard let table = state.table(collection) else { return nil }
            return table[id].map { Self.members(of: $0, table.resource) }
        }
    }

    /// The records of a collection for which all of these fields have these values, oldest first.
    package func records(_ collection: String, where fields: [String: JSONValue] = [:]) -> [[String: JSONValue]] {
        state.read { state in
            guard let table = state.table(collection) else { return [] }
            return table.rows
                .filter { row in fields.allSatisfy { row[$0.key] == $0.value } }
                .map { Self.members(of: $0, table.resource) }
        }
    }

    /// How many records a collection has.
    package func count(_ collection: String) -> Int {
        state.read { $0.table(collection)?.count ?? 0 }
    }

    /// Makes a record; fields that are left out have their standard value.
    ///
    /// - Returns: Its id.
    @discardableResult
    package func insert(_ collection: String, _ fields: [String: JSONValue]) -> String {
        state.change { $0.insert(collection, fields).id }
    }

    /// Changes fields of a record, such as the build status of an analysis.
    package func change(_ collection: String, _ id: String, _ fields: [String: JSONValue]) {
        state.change { _ = $0.change(collection, id, fields) }
    }

    /// Deletes a record and those that can't be without it.
    package func delete(_ collection: String, _ id: String) {
        state.change { $0.delete(collection, id) }
    }

    /// Makes an analysis of the seeded project in which the seeded node takes part.
    ///
    /// - Parameters:
    ///   - analysis: Fields of the analysis.
    ///   - part: Fields of the analysis-node.
    /// - Returns: The ids of the analysis and of the analysis-node.
    @discardableResult
    package func addAnalysis(
        _ analysis: [String: JSONValue] = [:],
        part: [String: JSONValue] = [:]
    ) -> (analysis: String, part: String) {
        state.change { seed.addAnalysis(analysis, part: part, in: &$0) }
    }

    /// Gives the seeded node's oldest `count` parts in analyses another comment, each in a change of its own.
    ///
    /// - Returns: How many there were.
    @discardableResult
    package func touchAnalysisNodes(_ count: Int) -> Int {
        state.change { state in
            let ids = state.rows("analysis-nodes", "nodeId", seed.node.id).prefix(count).map(\.id)
            for id in ids { state.change("analysis-nodes", id, ["comment": .string(SandboxIDs.secret(bytes: 8))]) }
            return ids.count
        }
    }

    /// Makes all access tokens worthless, as when Auth lost its sessions.
    package func revokeAccessTokens() {
        state.change { $0.tokens.revokeAccess() }
    }

    /// How long access tokens hold from now on, in seconds.
    package var accessTokenLifetime: Int {
        get { state.read { $0.switches.accessTokenLifetime } }
        set { state.change { $0.switches.accessTokenLifetime = newValue } }
    }

    /// Whether projects and analyses need no approval, as some Hubs are set up.
    package var skipsApprovals: Bool {
        get { state.read { $0.switches.skipsProjectApproval && $0.switches.skipsAnalysisApproval } }
        set {
            state.change {
                $0.switches.skipsProjectApproval = newValue
                $0.switches.skipsAnalysisApproval = newValue
            }
        }
    }

    /// Waits until the Hub's workers have done all that was planned.
    package func waitUntilIdle(atMost limit: Duration = .seconds(20)) async throws {
        try await within(limit, "idle worker of the FLAME Hub") { [state] in
            try await state.wait { $0.jobs.isEmpty }
        }
    }

    private static func members(of row: FlameRow, _ resource: FlameResource) -> [String: JSONValue] {
        let names = resource.fields.map(\.name) + ["id", "createdAt", "updatedAt"]
        return Dictionary(uniqueKeysWithValues: names.map { ($0, row[$0]) })
    }
}
