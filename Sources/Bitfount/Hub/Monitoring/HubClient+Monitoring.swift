// SPDX-License-Identifier: Apache-2.0

import HTTPTransport

extension HubClient {
    /// Adds a line to the record of a task. Its failure should not fail the task.
    public func send(_ update: MonitorUpdate) async throws(BitfountError) {
        let call = try ServiceCall(.post, ["api", "ingest"], json: update.document, timeout: .seconds(5))
        _ = try await service.send(call, expecting: .anySuccess)
    }
}
