// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameNode
import Foundation
import Health
import Testing

@testable import AgentDaemon

private enum Texts {
    static let pod = """
        pod:
          name: hospital-a
          datasets:
            - { name: heart-data, csv_file: heart.csv }

        """
    static let urls = """
        flame:
          auth_url: http://localhost:3000/auth/
          core_url: http://localhost:3000/core/
          storage_url: http://localhost:3000/storage/

        """
    static let client = """
          client_id: 6b2a1f8e-0000-4000-8000-000000000002
          client_secret_file: secret

        """
}

@Suite("Configuration of a FLAME node")
struct FlameConfigurationTests {
    private func load(_ flame: String, environment: [String: String] = [:]) throws -> FlameConfiguration? {
        try AgentConfiguration(
            text: Texts.pod + flame,
            file: URL(fileURLWithPath: "/etc/pod-agent/agent.yaml"),
            environment: environment
        ).flame
    }

    private func fault(_ flame: String) -> String? {
        do {
            _ = try load(flame)
            return nil
        } catch {
            return (error as? ConfigurationError)?.key
        }
    }

    @Test("A FLAME node alone needs neither a pod nor an account, whatever Bitfount's variables say")
    func alone() throws {
        let file = URL(fileURLWithPath: "/etc/pod-agent/agent.yaml")
        let text = Texts.urls + Texts.client + "  consent: manual\n"
        let variables = ["BITFOUNT_POD_NAME": "x", "BITFOUNT_API_KEY_ID": "x", "BITFOUNT_API_KEY": "x"]
        let configuration = try AgentConfiguration(text: text, file: file, environment: variables)
        #expect(configuration.networks == [.flame])
        #expect(configuration.pod == nil)
        #expect(configuration.credentials == nil)
        #expect(configuration.podIdentifier(owner: "acme") == nil)
        let account = "credentials: { username: acme }\n"
        #expect(try AgentConfiguration(text: text + account, file: file, environment: [:]).credentials != nil)
    }

    @Test(
        "Without a pod the log is named after the realm and the node, or what is known of the node",
        arguments: [
            ("  node_name: hospital a\n  realm: clinic/x\n", "clinic%2Fx/hospital%20a"),
            ("  node_name: hospital-a\n  realm: clinic\n", "clinic/hospital-a"),
            ("  node_id: 6B2A1F8E-0000-4000-8000-000000000001\n", "flame/6b2a1f8e-0000-4000-8000-000000000001"),
            ("", "flame/6b2a1f8e-0000-4000-8000-000000000002"),
        ]
    )
    func logOwner(_ node: String, _ owner: String) throws {
        let text = Texts.urls + Texts.client + "  consent: manual\n" + node
        let file = URL(fileURLWithPath: "/etc/pod-agent/agent.yaml")
        let configuration = try AgentConfiguration(text: text, file: file, environment: [:])
        #expect(configuration.auditSigning(owner: nil).logOwner == owner)
        let both = try AgentConfiguration(text: Texts.pod + text, file: file, environment: [:])
        #expect(both.auditSigning(owner: "acme").logOwner == "acme/hospital-a")
        #expect(both.networks == [.pod, .flame])
    }

    @Test("Without the section there is no node")
    func absent() throws {
        #expect(try load("") == nil)
    }

    @Test("A client's id is enough to know the node; the rest has defaults")
    func client() throws {
        let flame = try #require(try load(Texts.urls + Texts.client + "  consent: manual\n"))
        #expect(flame.node == .client)
        #expect(flame.interval == .seconds(30))
        #expect(flame.consent == .manual)
        #expect(flame.owner == nil)
        #expect(flame.keyFile.lastPathComponent == "flame_p256.pem")
        #expect(flame.coreURL.absoluteString == "http://localhost:3000/core/")
    }

    @Test("All keys can come from the environment")
    func environment() throws {
        let variables = [
            "AUTH_URL": "https://auth.example.org", "CORE_URL": "https://core.example.org",
            "STORAGE_URL": "https://storage.example.org", "NODE_NAME": "hospital", "REALM": "clinic",
            "ROBOT_ID": "r", "ROBOT_SECRET_FILE": "/secret", "OWNER_USERNAME": "alice",
            "OWNER_PASSWORD_FILE": "/password", "INTERVAL": "1m", "CONSENT": "follow-hub",
        ]
        let environment = Dictionary(uniqueKeysWithValues: variables.map { ("POD_AGENT_FLAME_\($0.key)", $0.value) })
        let flame = try #require(try load("", environment: environment))
        #expect(flame.node == .name("hospital", realm: "clinic"))
        #expect(flame.owner?.username == "alice")
        #expect(flame.interval == .seconds(60))
        #expect(flame.consent == .followHub)
        guard case .robot(let id, _) = flame.identity else { throw FixtureFault() }
        #expect(id == "r")
    }

    @Test(
        "What is missing or contradicts itself is named",
        arguments: [
            (Texts.urls + Texts.client, "flame.consent"),
            (Texts.urls + Texts.client + "  consent: maybe\n", "flame.consent"),
            (Texts.urls + "  consent: manual\n", "flame.client_id"),
            (
                Texts.urls + Texts.client + "  consent: manual\n  robot_id: r\n  robot_secret_file: s\n",
                "flame.client_id"
            ),
            (Texts.urls + Texts.client + "  consent: manual\n  node_name: n\n", "flame.node_name"),
            (Texts.urls + Texts.client + "  consent: manual\n  node_id: n\n", "flame.node_id"),
            (
                Texts.urls + Texts.client + "  consent: manual\n  owner: { username: alice }\n",
                "flame.owner.password_file"
            ),
            (Texts.urls + "  client_id: node\n  client_secret_file: s\n  consent: manual\n", "flame.node_id"),
            ("flame:\n" + Texts.client + "  consent: manual\n", "flame.auth_url"),
        ]
    )
    func faults(_ flame: String, _ key: String) {
        #expect(fault(flame) == key)
    }
}
