// SPDX-License-Identifier: Apache-2.0

/// What nodes say about their part in analyses (flame-hub.md, 4.8). Newest lines come first; a line may
/// be readable only some time after it was written, or never if the Hub has no log store.
public struct AnalysisNodeLogs: Sendable {
    let log: LogCollection

    /// A line to write.
    public struct Draft: Codable, Sendable {
        /// The analysis.
        public var analysisID: HubID<Analysis>
        /// The node.
        public var nodeID: HubID<Node>
        /// How grave it is.
        public var level: LogLevel
        /// The text, 3 to 2,048 UTF-16 units.
        public var message: String
        /// A status, 3 to 64 characters; comes back as a label.
        public var status: String?
        /// A code, 3 to 64 characters; comes back as a label.
        public var code: String?
        /// More labels.
        public var labels: [String: String]?

        /// A line without status, code and labels.
        public init(analysisID: HubID<Analysis>, nodeID: HubID<Node>, level: LogLevel, message: String) {
            self.analysisID = analysisID
            self.nodeID = nodeID
            self.level = level
            self.message = message
        }
    }

    /// How long a text may be, in UTF-16 units.
    public static let messageLength = 3...2048

    /// Writes a line. Not repeated by itself: the Hub would keep the line twice.
    ///
    /// - Returns: The line as the Hub has it.
    @discardableResult
    public func create(_ draft: Draft) async throws(FlameHubError) -> LogEntry {
        guard Self.messageLength.contains(draft.message.utf16.count) else {
            throw FlameHubError(.invalidRequest, "A log line has 3 to 2,048 characters.")
        }
        return try await log.create(RecordWriter.fields(draft))
    }

    /// Reads the log of a node's part in an analysis.
    public func find(
        analysis: HubID<Analysis>,
        node: HubID<Node>,
        level: LogLevel? = nil,
        page: PageRequest = PageRequest()
    ) async throws(FlameHubError) -> [LogEntry] {
        try await log.find([("analysisId", analysis.text), ("nodeId", node.text)], level: level, page: page)
    }

    /// Deletes the log of a node's part in an analysis. Hubs don't do it reliably (flame-hub.md, 8.3).
    public func deleteAll(analysis: HubID<Analysis>, node: HubID<Node>) async throws(FlameHubError) {
        try await log.delete([("analysisId", analysis.text), ("nodeId", node.text)])
    }
}
