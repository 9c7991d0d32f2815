// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("Check of the configuration")
struct ConfigurationCheckTests {
    /// A directory with everything that a configuration names.
    private struct Scene {
        let directory: TemporaryDirectory

        init() throws {
            directory = try TemporaryDirectory()
            for secret in ["id", "key", "flame-secret", "owner-password", "token"] {
                _ = try directory.write("secret\n", secret, mode: 0o600)
            }
            _ = try directory.write("a,b\n1,2\n", "heart.csv", mode: 0o644)
            _ = try directory.write("{}", "heart.json", mode: 0o644)
            _ = try directory.write("-----BEGIN CERTIFICATE-----\n", "ca.pem", mode: 0o644)
        }

        /// The faults of a configuration in which one text is replaced by another.
        func faults(replacing old: String = "", with new: String = "", environment: [String: String] = [:]) throws
            -> [String]
        {
            let text = """
                state_directory: state
                credentials: { username: acme, api_key_id_file: id, api_key_file: key }
                storage: { allowed_hosts: ["bucket[.]example[.]com"] }
                pod:
                  name: hospital-a
                  datasets:
                    - { name: heart-data, csv_file: heart.csv, schema_file: heart.json }
                flame:
                  auth_url: http://localhost:3000/auth/
                  core_url: http://localhost:3000/core/
                  storage_url: http://localhost:3000/storage/
                  client_id: 6b2a1f8e-0000-4000-8000-000000000002
                  client_secret_file: flame-secret
                  consent: manual
                  owner: { username: alice, password_file: owner-password }
                audit:
                  anchors:
                    - kind: journald
                    - { kind: file, path: checkpoints.jsonl }
                    - { kind: syslog, address: "tls://log.example.com:6514", ca_file: ca.pem }
                    - { kind: webhook, url: "https://witness.example.com/", token_file: token }

                """
            let changed = old.isEmpty ? text + new : text.replacing(old, with: new)
            try #require(changed != text || new.isEmpty)
            let configuration = try AgentConfiguration(
                text: changed,
                file: directory.file("agent.yaml"),
                environment: environment
            )
            return ConfigurationCheck(configuration, source: "agent.yaml", environment: environment).faults()
                .map(\.description)
        }
    }

    @Test("Where all is well nothing is found, and nothing is made")
    func sound() throws {
        let scene = try Scene()
        let names = try scene.directory.names
        #expect(try scene.faults() == [])
        #expect(try scene.directory.names == names)
    }

    @Test(
        "What would stop the start is found, by its key",
        arguments: [
            ("bucket[.]", "bucket[", "storage.allowed_hosts: "),
            ("heart.csv", "none.csv", "pod.datasets[0].csv_file: a file of the dataset is not there: "),
            ("heart.json", "none.json", "pod.datasets[0].schema_file: a file of the dataset is not there: "),
            ("api_key_file: key", "api_key_file: none", "credentials.api_key_file: "),
            ("flame-secret", "none", "flame.client_secret_file: "),
            ("owner-password", "none", "flame.owner.password_file: "),
            ("token_file: token", "token_file: none", "audit.anchors[3].token_file: "),
            ("ca_file: ca.pem", "ca_file: heart.csv", "audit.anchors[2].ca_file: "),
            ("path: checkpoints", "path: none/checkpoints", "audit.anchors[1].path: "),
            ("", "tls: { ca_file: none.pem }\n", "tls.ca_file: "),
            ("name: hospital-a", "name: hospital-a\n  key_file: heart.csv", "pod.key_file: "),
            ("client_secret_file", "key_file: heart.csv\n  client_secret_file", "flame.key_file: "),
            ("", "proxy: socks5://proxy.example.com:1080\n", "message_service: "),
        ]
    )
    func faults(old: String, new: String, expected: String) throws {
        let found = try Scene().faults(replacing: old, with: new)
        #expect(found.count >= 1)
        #expect(found.contains { $0.hasPrefix("agent.yaml: \(expected)") }, "\(found)")
    }

    @Test("All faults are found at once")
    func several() throws {
        let scene = try Scene()
        for name in ["heart.csv", "flame-secret", "token"] {
            try FileManager.default.removeItem(at: scene.directory.file(name))
        }
        #expect(try scene.faults().count == 3)
    }

    @Test("Secrets and the state directory must not be open to others")
    func privacy() throws {
        let scene = try Scene()
        chmod(scene.directory.file("flame-secret").path, 0o644)
        mkdir(scene.directory.file("state").path, 0o755)
        chmod(scene.directory.file("state").path, 0o755)
        let found = try scene.faults()
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("agent.yaml: state_directory: ") == true, "\(found)")
    }

    @Test("An id of the installation that can't be used is found")
    func instanceID() throws {
        let scene = try Scene()
        #expect(try scene.faults(environment: ["BITFOUNT_INSTALLATION_UUID": "x"]).count == 1)
        mkdir(scene.directory.file("state").path, 0o700)
        _ = try scene.directory.write("x", "state/instance_id", mode: 0o600)
        #expect(try scene.faults().count == 1)
    }

    @Test("Nobody logged in, where there is no API key")
    func login() throws {
        let old = "credentials: { username: acme, api_key_id_file: id, api_key_file: key }"
        let found = try Scene().faults(replacing: old, with: "credentials: { token_file: none }")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("agent.yaml: credentials.token_file: ") == true, "\(found)")
    }

    @Test("A proxy of the environment that can't be used is found")
    func environmentProxy() throws {
        let found = try Scene().faults(environment: ["https_proxy": "ftp://proxy.example.com"])
        #expect(found.contains { $0.hasPrefix("agent.yaml: proxy: ") }, "\(found)")
    }
}
