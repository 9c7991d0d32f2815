// SPDX-License-Identifier: Apache-2.0

import FlameHub
import HTTPTransport
import PodSandbox

/// A running stand-in of a FLAME Hub with the typed clients of those who use it.
struct FlameTestHub: Sendable {
    let stand: SandboxFlameHub
    let client: FlameClient
    let http: HTTPClient

    var admin: FlameSession { session(stand.seed.admin) }
    var owner: FlameSession { session(stand.seed.owner) }
    var researcher: FlameSession { session(stand.seed.researcher) }
    var node: FlameSession {
        client.session(as: .client(id: stand.seed.node.account.id, secret: stand.seed.node.account.secret))
    }
    var robot: FlameSession {
        client.session(as: .robot(id: stand.seed.node.account.id, secret: stand.seed.node.account.secret))
    }

    func session(_ account: FlameSeed.Account) -> FlameSession {
        client.session(as: .password(username: account.name, password: account.secret, realm: account.realm))
    }

    @discardableResult
    static func run<Output: Sendable>(
        _ release: FlameRelease = .v0_14,
        analyses: Int = 12,
        _ body: @Sendable (FlameTestHub) async throws -> Output
    ) async throws -> Output {
        var configuration = FlameHubConfiguration()
        configuration.release = release
        configuration.size.analyses = analyses
        configuration.workDelay = .milliseconds(1)
        return try await withFlameHub(configuration) { stand in
            let http = HTTPClient(environment: [:])
            defer { http.shutdown() }
            let client = FlameClient(
                auth: try stand.authURL,
                core: try stand.coreURL,
                storage: try stand.storageURL,
                http: http
            )
            return try await body(FlameTestHub(stand: stand, client: client, http: http))
        }
    }
}
