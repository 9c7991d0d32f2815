// SPDX-License-Identifier: Apache-2.0

import FlameHub
import PodSandbox
import Testing

@Suite struct FlameSignInTests {
    @Test func everyoneSignsIn() async throws {
        try await FlameTestHub.run { hub async throws in
            for session in [hub.admin, hub.owner, hub.researcher, hub.node] {
                #expect(try await session.core.nodes.count() == 2)
            }
        }
    }

    @Test func robotsSignInAtTheOldHub() async throws {
        try await FlameTestHub.run(.v0_8) { hub async throws in
            #expect(try await hub.robot.core.nodes.count() == 2)
            let node = try await hub.robot.core.nodes.find(filter: .name("hospital-node"))
            #expect(node.first?.robotID?.text == hub.stand.seed.node.account.id)
        }
    }

    @Test func robotsAreGone() async throws {
        try await FlameTestHub.run { hub async throws in
            await #expect { _ = try await hub.robot.core.nodes.count() } throws: { error in
                (error as? FlameHubError)?.code == .unsupported
            }
        }
    }

    @Test(arguments: FlameRelease.allCases)
    func wrongSecretsAreRefused(release: FlameRelease) async throws {
        try await FlameTestHub.run(release) { hub async throws in
            let credentials: [HubCredential] = [
                .password(username: "owner", password: "wrong", realm: "hospital"),
                .password(username: "owner", password: "owner-password"),
                release == .v0_8
                    ? .robot(id: hub.stand.seed.node.account.id, secret: "wrong")
                    : .client(id: hub.stand.seed.node.account.id, secret: "wrong"),
            ]
            for credential in credentials {
                let session = hub.client.session(as: credential)
                await #expect { _ = try await session.core.nodes.count() } throws: { error in
                    (error as? FlameHubError)?.code == .authentication
                }
            }
        }
    }

    @Test(arguments: FlameRelease.allCases)
    func aRevokedTokenIsReplaced(release: FlameRelease) async throws {
        try await FlameTestHub.run(release) { hub async throws in
            let session = hub.owner
            #expect(try await session.core.nodes.count() == 2)
            hub.stand.revokeAccessTokens()
            #expect(try await session.core.nodes.count() == 2)
            let refusals = hub.stand.log.requests(path: "/core/nodes").filter { $0.status != 200 }
            #expect(refusals.map(\.status) == [release == .v0_14 ? 500 : 400])
            #expect(hub.stand.log.requests(path: "/auth/token").count == 2)
        }
    }
}
