// SPDX-License-Identifier: Apache-2.0

extension FlameState {
    /// Does one thing that the Hub's workers do, and plans what follows from it.
    mutating func run(_ job: FlameJob) {
        switch job {
        case .makeBuckets(let analysis): makeBuckets(ofAnalysis: analysis)
        case .linkFile(let file): linkFile(file)
        case .recalculate(let analysis): recalculate(analysis: analysis)
        case .build(let analysis): advance("build", ofAnalysis: analysis, .build(analysis: analysis))
        case .distribute(let analysis): advance("distribution", ofAnalysis: analysis, .distribute(analysis: analysis))
        case .keep(let line, of: let subject): logs.add(line, to: subject)
        case .buildImage(let image): advanceImage(image)
        }
    }

    private mutating func makeBuckets(ofAnalysis id: String) {
        guard let analysis = row("analyses", id) else { return }
        for type in ["CODE", "RESULT", "TEMP"] {
            let bucket = insert(
                "buckets",
                [
                    "name": .string("\(type.lowercased())-\(id)"), "realmId": analysis["realmId"],
                    "actorType": "user", "actorId": analysis["userId"],
                ]
            )
            insert(
                "analysis-buckets",
                [
                    "type": .string(type), "bucketId": .string(bucket.id), "analysisId": .string(id),
                    "realmId": analysis["realmId"],
                ]
            )
        }
    }

    private mutating func linkFile(_ id: String) {
        guard let file = row("bucket-files", id),
            let bucket = rows("analysis-buckets", "bucketId", file["bucketId"]).first
        else { return }
        insert(
            "analysis-bucket-files",
            [
                "path": file["path"], "bucketFileId": .string(id), "bucketId": file["bucketId"],
                "analysisBucketId": .string(bucket.id), "analysisId": bucket["analysisId"],
                "realmId": bucket["realmId"],
                file["actorType"] == "user" ? "userId" : "clientId": file["actorId"],
            ]
        )
    }

    /// Goes through `starting`, `started`, `executed`.
    private mutating func advance(_ kind: String, ofAnalysis id: String, _ job: FlameJob) {
        guard let analysis = row("analyses", id) else { return }
        switch analysis["\(kind)Status"] {
        case "starting":
            change("analyses", id, ["\(kind)Status": "started", "\(kind)Progress": 50])
            note("The \(kind) has started.", ofAnalysis: id)
            jobs.append(job)
        case "started":
            change("analyses", id, ["\(kind)Status": "executed", "\(kind)Progress": 100])
            note("The \(kind) has ended.", ofAnalysis: id)
            guard kind == "build" else { return }
            let hash = JSONValue.string("sha256:\(SandboxIDs.secret(bytes: 32))")
            change("analyses", id, ["buildHash": hash, "buildOs": "linux", "buildSize": 104_857_600])
        default: break
        }
    }

    private mutating func note(_ message: String, ofAnalysis id: String) {
        let line = FlameLogs.Line(time: now(), level: "info", message: message, labels: ["analysisId": .string(id)])
        logs.add(line, to: FlameLogs.Subject(analysis: id, node: nil))
    }

    private mutating func advanceImage(_ id: String) {
        guard let image = row("master-images", id) else { return }
        switch image["buildStatus"] {
        case "starting":
            change("master-images", id, ["buildStatus": "started", "buildProgress": 50])
            jobs.append(.buildImage(id))
        case "started": change("master-images", id, ["buildStatus": "executed", "buildProgress": 100])
        default: break
        }
    }
}
