// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

/// Finds out which dialect a service speaks, without being told (flame-hub.md, 1 and 8.1).
struct ServerProbe {
    let connection: HubConnection
    let authenticator: HubAuthenticator?
    /// What was known of the service before; it counts if the service does not want to be asked.
    let former: ServerProfile?

    /// Core tells its release at its root, and so does Storage, but for hubs of 0.8: there Core's counts. Auth tells the release of
    /// Authup, and changed its spelling in another release than Core, so that there the spelling of one row decides.
    func profile() async throws(FlameHubError) -> ServerProfile {
        let root: Root?
        do {
            root = try await self.root()
        } catch  where error.code == .rateLimited {
            if let former { return former }
            root = nil
        }
        if connection.service == .auth {
            return ServerProfile(
                version: nil,
                naming: try await namingOfRows(),
                clockOffset: root?.clockOffset,
                authupBeta: root?.version.flatMap(Self.beta)
            )
        }
        if let version = root?.version.flatMap({ HubVersion($0) }) {
            return Self.profile(of: version, clockOffset: root?.clockOffset)
        }
        if connection.service == .storage, let core = connection.core,
            let version = try await core.profile(as: authenticator).version
        {
            return Self.profile(of: version, clockOffset: root?.clockOffset)
        }
        return ServerProfile(version: nil, naming: try await namingOfRows())
    }

    private static func profile(of version: HubVersion, clockOffset: TimeInterval?) -> ServerProfile {
        ServerProfile(
            version: version,
            naming: version >= .camelCase ? .camelCase : .snakeCase,
            clockOffset: clockOffset
        )
    }

    /// The number in `1.0.0-beta.62`; of a release without one, a number above all.
    private static func beta(_ version: String) -> Int? {
        guard let range = version.range(of: "-beta.") else { return HubVersion(version) == nil ? nil : .max }
        return Int(version[range.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }

    /// What a service says at its root.
    private struct Root {
        var version: String?
        var clockOffset: TimeInterval?
    }

    private func root() async throws(FlameHubError) -> Root? {
        let sent = connection.wallClock()
        let response: HTTPResponse
        do {
            var request = HubRequest.get("")
            request.isImpatient = true
            response = try await send(request, as: nil)
        } catch  where [.notFound, .authentication, .rejected, .unsupported].contains(error.code) {
            return nil
        }
        guard let body = (try? JSONValue(reply: response.body))?.objectValue else { return nil }
        let received = connection.wallClock()
        let middle = sent.addingTimeInterval(received.timeIntervalSince(sent) / 2)
        let serverTime = body["timestamp"]?.numberValue.map { Date(timeIntervalSince1970: $0 / 1000) }
        return Root(version: body["version"]?.stringValue, clockOffset: serverTime?.timeIntervalSince(middle))
    }

    private func namingOfRows() async throws(FlameHubError) -> FieldNaming {
        let collection =
            switch connection.service {
            case .auth: Realm.collection
            case .core: Node.collection
            case .storage: Bucket.collection
            }
        let response = try await send(.get(collection, query: [("page[limit]", "1")]), as: authenticator)
        let list = (try? JSONValue(reply: response.body))?.objectValue?["data"]?.arrayValue
        let isSnakeCase = list?.first?.objectValue?.keys.contains("created_at") == true
        return isSnakeCase ? .snakeCase : .camelCase
    }

    /// Asks without compression, and looks which codings the service knows.
    private func send(
        _ request: HubRequest,
        as authenticator: HubAuthenticator?
    ) async throws(FlameHubError) -> HTTPResponse {
        var request = request
        request.headers["Accept-Encoding"] = "identity"
        let response = try await connection.send(request, as: authenticator)
        if let coding = response.headers["Content-Encoding"]?.lowercased(), coding != "identity" {
            await connection.learnPlain()
        }
        return response
    }
}
