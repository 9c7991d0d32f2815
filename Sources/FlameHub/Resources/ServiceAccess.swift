// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StrictJSON

/// A service and who speaks to it.
struct ServiceAccess: Sendable {
    let connection: HubConnection
    let authenticator: HubAuthenticator?

    var service: HubService { connection.service }
    var reader: ReplyReader { ReplyReader(service: service) }

    func profile() async throws(FlameHubError) -> ServerProfile {
        try await connection.profile(as: authenticator)
    }

    func send(_ request: HubRequest) async throws(FlameHubError) -> HTTPResponse {
        try await connection.send(request, as: authenticator)
    }

    /// Puts a query into words, or says why that can't be done.
    func words<Value>(_ compose: () throws(QueryFault) -> Value) throws(FlameHubError) -> Value {
        do {
            return try compose()
        } catch {
            switch error {
            case .invalid(let reason): throw FlameHubError(.invalidRequest, reason)
            case .inexpressible(let reason):
                throw FlameHubError(.unsupported, "This hub's query language can't say the filter: \(reason)")
            }
        }
    }

    /// Refuses what the service's release does not have: it would answer as if the record did not exist.
    func require(_ release: HubVersion, for feature: String) async throws(FlameHubError) {
        guard try await profile().isAtLeast(release) else {
            throw FlameHubError(.unsupported, "\(feature) needs hub \(release) or newer.")
        }
    }
}

extension ServiceAccess {
    /// Reads a reply that is no record.
    func decode<Value: Decodable>(
        _ type: Value.Type,
        from response: HTTPResponse
    ) throws(FlameHubError) -> Value {
        let fields = try reader.object(response)
        let newest = JSONObject(fields.map { (FieldNaming.newest($0.key), $0.value) })
        do {
            return try RecordDecoder.decode(type, from: .object(newest))
        } catch {
            throw reader.malformed("does not have the fields that it should have")
        }
    }
}
