// SPDX-License-Identifier: Apache-2.0

public import FlameHub

/// What an analysis consists of, read from the Hub at this moment (flame-hub-differences.md, 3.10): a change of its code moves no
/// time that a look at the lists would see.
public struct AnalysisContent: Sendable {
    /// The node's part, with the analysis embedded.
    let row: ResourceRow<AnalysisNode>
    /// What a consent holds for.
    public let snapshot: ConsentSnapshot

    /// How many files the code of an analysis may have: 10,000. One with more can't be consented to.
    static let maximumFiles = 10_000

    /// Reads it.
    ///
    /// - Parameters:
    ///   - analysis: The analysis.
    ///   - node: The node whose part it is.
    /// - Returns: The content; `nil` if the Hub shows no part of the node in it, or no analysis.
    /// - Throws: `FlameHubError` if it can't be read as a whole.
    public static func read(
        _ analysis: HubID<Analysis>,
        of node: HubID<Node>,
        _ session: FlameSession
    ) async throws(FlameHubError) -> AnalysisContent? {
        let page = try await session.core.analysisNodes.find(
            filter: .nodeID(node) && .analysisID(analysis),
            include: [.analysis]
        )
        guard let row = page.rows.first else { return nil }
        let rows = FlameRow.mirrored(row)
        guard let part = rows.first, let whole = rows.dropFirst().first(where: { $0.key.kind == .analysis }) else {
            return nil
        }
        var snapshot = ConsentSnapshot(part: part, analysis: whole)
        snapshot.files = try await files(of: analysis, session)
        return AnalysisContent(row: row, snapshot: snapshot)
    }

    /// The files in the buckets of the code; `nil` where this node may not see them, as at hubs before 0.8.22.
    private static func files(
        of analysis: HubID<Analysis>,
        _ session: FlameSession
    ) async throws(FlameHubError) -> [ConsentSnapshot.File]? {
        do throws(FlameHubError) {
            var files: [ConsentSnapshot.File] = []
            let buckets = session.core.analysisBuckets.rows(filter: .analysisID(analysis) && .type(.code))
            for try await bucket in buckets {
                guard let bucket = bucket.record else { throw unreadable("bucket") }
                files += try await self.files(in: bucket, session)
                guard files.count <= maximumFiles else {
                    throw FlameHubError(
                        .malformedResponse,
                        "The code of the analysis has more files than can be looked at."
                    )
                }
            }
            return files.sorted { ($0.path, $0.file ?? "", $0.link ?? "") < ($1.path, $1.file ?? "", $1.link ?? "") }
        } catch {
            guard error.code == .permission else { throw error }
            return nil
        }
    }

    private static func files(
        in bucket: AnalysisBucket,
        _ session: FlameSession
    ) async throws(FlameHubError) -> [ConsentSnapshot.File] {
        var links: [HubID<BucketFile>: AnalysisBucketFile] = [:]
        var files: [ConsentSnapshot.File] = []
        for try await row in session.core.analysisBucketFiles.rows(filter: .analysisBucketID(bucket.id)) {
            guard let link = row.record else { throw unreadable("link to a file") }
            if let file = link.bucketFileID, links[file] == nil {
                links[file] = link
            } else {
                files.append(ConsentSnapshot.File(link: link, file: nil))
            }
        }
        guard let id = bucket.bucketID else { return files + links.values.map { .init(link: $0, file: nil) } }
        for try await row in session.storage.bucketFiles.rows(filter: .bucketID(id)) {
            guard let file = row.record else { throw unreadable("file") }
            files.append(ConsentSnapshot.File(link: links.removeValue(forKey: file.id), file: file))
        }
        return files + links.values.map { .init(link: $0, file: nil) }
    }

    private static func unreadable(_ what: String) -> FlameHubError {
        FlameHubError(.malformedResponse, "A \(what) of the analysis' code can't be read.")
    }
}

extension ConsentSnapshot.File {
    /// A file as Core and Storage list it; one of them may lack it.
    init(link: AnalysisBucketFile?, file: BucketFile?) {
        self.init(
            path: file?.path ?? link?.path ?? "",
            link: link?.id.text,
            file: file?.id.text ?? link?.bucketFileID?.text,
            size: file?.size,
            createdAt: file?.createdAt?.text ?? link?.createdAt?.text,
            updatedAt: link?.updatedAt?.text,
            isEntrypoint: link?.root ?? false,
            uploader: file?.actorID?.text
        )
    }
}
