// SPDX-License-Identifier: Apache-2.0

/// The log that the Hub keeps about analyses (flame-hub.md, 4.8). Newest lines come first; a line may
/// be readable only some time after it was written.
public struct AnalysisLogs: Sendable {
    let log: LogCollection

    /// Reads the log of an analysis.
    public func find(
        analysis: HubID<Analysis>,
        level: LogLevel? = nil,
        page: PageRequest = PageRequest()
    ) async throws(FlameHubError) -> [LogEntry] {
        try await log.find([("analysisId", analysis.text)], level: level, page: page)
    }

    /// Deletes the log of an analysis.
    public func deleteAll(analysis: HubID<Analysis>) async throws(FlameHubError) {
        try await log.delete([("analysisId", analysis.text)])
    }
}
