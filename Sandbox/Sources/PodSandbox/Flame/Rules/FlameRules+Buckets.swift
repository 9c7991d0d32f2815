// SPDX-License-Identifier: Apache-2.0

/// Buckets at Storage and their links at Core (flame-hub.md, 4.9 and 4.12).
extension FlameRules {
    static let buckets: FlameRules = {
        var rules = FlameRules()
        rules.create = { (_, values, actor) throws(FlameRefusal) in
            try actor.require("bucket_create")
            let realm = values["realmId"] ?? .string(actor.realmID)
            guard actor.mayWrite(realm: realm) else { throw .denied("create this bucket") }
            values["realmId"] = realm
            values["actorType"] = .string(actor.kind.rawValue)
            values["actorId"] = .string(actor.id)
        }
        rules.update = { (_, row, _, actor) throws(FlameRefusal) in
            try actor.requireOwnership(of: row, or: "bucket_update", to: "update this bucket")
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            try actor.requireOwnership(of: row, or: "bucket_delete", to: "delete this bucket")
        }
        return rules
    }()

    static let bucketFiles: FlameRules = {
        var rules = FlameRules()
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            try actor.requireOwnership(of: row, or: "bucket_delete", to: "delete this bucket-file")
        }
        rules.deleted = { state, row in state.files.removeValue(forKey: row.id)?.discard() }
        return rules
    }()

    static let analysisBuckets: FlameRules = {
        var rules = FlameRules()
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            guard let analysis = state.row("analyses", values["analysisId"]?.stringValue) else { return }
            guard actor.mayWrite(realm: analysis["realmId"]) else { throw .denied("create this analysis-bucket") }
            values["realmId"] = analysis["realmId"]
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            guard actor.mayWrite(realm: row["realmId"]) else { throw .denied("delete this analysis-bucket") }
        }
        return rules
    }()

    static let analysisBucketFiles: FlameRules = {
        var rules = FlameRules()
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            guard let bucket = state.row("analysis-buckets", values["analysisBucketId"]?.stringValue) else { return }
            guard actor.mayWrite(realm: bucket["realmId"]) else { throw .denied("create this analysis-bucket-file") }
            values["bucketId"] = bucket["bucketId"]
            values["analysisId"] = bucket["analysisId"]
            values["realmId"] = bucket["realmId"]
            values[actor.kind == .user ? "userId" : "clientId"] = .string(actor.id)
        }
        rules.created = { state, row, _ in state.checkEntrypoint(ofAnalysis: row.text("analysisId")) }
        rules.update = { (_, row, _, actor) throws(FlameRefusal) in
            guard actor.mayWrite(realm: row["realmId"]) else { throw .denied("update this analysis-bucket-file") }
        }
        rules.updated = { state, _, row in state.checkEntrypoint(ofAnalysis: row.text("analysisId")) }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            guard actor.mayWrite(realm: row["realmId"]) else { throw .denied("delete this analysis-bucket-file") }
        }
        rules.deleted = { state, row in state.checkEntrypoint(ofAnalysis: row.text("analysisId")) }
        return rules
    }()
}

extension FlameActor {
    fileprivate func requireOwnership(
        of row: FlameRow,
        or permission: String,
        to action: String
    ) throws(FlameRefusal) {
        if row["actorId"] == .string(id) { return }
        try require(permission, realm: row["realmId"], to: action)
    }
}

extension FlameState {
    /// An analysis can be started from a file of its code bucket that is marked.
    fileprivate mutating func checkEntrypoint(ofAnalysis id: String) {
        let codeBuckets = rows("analysis-buckets", "analysisId", id).filter { $0["type"] == "CODE" }.map(\.id)
        let isValid = rows("analysis-bucket-files", "analysisId", id).contains { file in
            file.flag("root") && codeBuckets.contains(file.text("analysisBucketId"))
        }
        change("analyses", id, ["configurationEntrypointValid": .bool(isValid)])
    }
}
