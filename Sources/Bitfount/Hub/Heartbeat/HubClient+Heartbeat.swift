// SPDX-License-Identifier: Apache-2.0

import HTTPTransport

extension HubClient {
    /// Shows that datasets are alive. Made once: the next beat is the retry.
    ///
    /// - Throws: `invalidArgument` for a heartbeat that the Hub would refuse; `unexpectedStatus` for any status but 200;
    ///   `malformedResponse` if the answer is not JSON.
    @discardableResult
    public func heartbeat(_ heartbeat: Heartbeat) async throws(BitfountError) -> HeartbeatReply {
        var call = try ServiceCall(.patch, ["api", "pods"], json: heartbeat.document, timeout: .seconds(10))
        call.retry = .none
        let response = try await service.send(call, expecting: [200])
        var reply: HeartbeatReply = try response.decoded()
        reply.date = response.http.date
        return reply
    }
}
