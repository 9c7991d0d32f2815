// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

/// Finds out which dialect a service speaks, without being told (flame-hub.md, 1 and 8.1).
struct ServerProbe {
    let connection: HubConnection
    let authenticator: HubAuthenticator?

    /// Core and Storage tell their version at their root. Auth does not, and changed its spelling in another release
    /// than Core, so there the spelling of one row decides.
    func profile() async throws(FlameHubError) -> ServerProfile {
        if connection.service != .auth, let root = try await root(), let version = root.version {
            let naming: FieldNaming = version >= .camelCase ? .camelCase : .snakeCase
            return ServerProfile(version: version, naming: naming, clockOffset: root.clockOffset)
        }
        return ServerProfile(version: nil, naming: try await namingOfRows())
    }

    private func root() async throws(FlameHubError) -> (version: HubVersion?, clockOffset: TimeInterval?)? {
        let sent = connection.wallClock()
        let response: HTTPResponse
        do {
            response = try await connection.send(.get(""), as: nil)
        } catch  where error.code == .notFound || error.code == .authentication || error.code == .rejected {
            return nil
        }
        guard let body = (try? JSONValue(reply: response.body))?.objectValue else { return nil }
        let received = connection.wallClock()
        let middle = sent.addingTimeInterval(received.timeIntervalSince(sent) / 2)
        let serverTime = body["timestamp"]?.numberValue.map { Date(timeIntervalSince1970: $0 / 1000) }
        return (body["version"]?.stringValue.flatMap(HubVersion.init), serverTime?.timeIntervalSince(middle))
    }

    private func namingOfRows() async throws(FlameHubError) -> FieldNaming {
        let collection =
            switch connection.service {
            case .auth: Realm.collection
            case .core: Node.collection
            case .storage: Bucket.collection
            }
        let response = try await connection.send(.get(collection, query: [("page[limit]", "1")]), as: authenticator)
        let list = (try? JSONValue(reply: response.body))?.objectValue?["data"]?.arrayValue
        let isSnakeCase = list?.first?.objectValue?.keys.contains("created_at") == true
        return isSnakeCase ? .snakeCase : .camelCase
    }
}
