// SPDX-License-Identifier: Apache-2.0

import PodSandbox
import Testing

@Suite struct HubPodsCommandTests {
    @Test func list() async throws {
        try await AgentShell.golden("hub-pods-list") { shell in
            try await shell.run("hub", "pods", "list")
            try await shell.prepare("register")
            try await shell.run("hub", "pods", "list")
            try await shell.run("hub", "pods", "list", "--output", "json")
            shell.sandbox.hub.faults.plan(.status(401), path: "/api/pods")
            try await shell.run("hub", "pods", "list")
            shell.sandbox.hub.faults.plan(.status(500), path: "/api/pods")
            try await shell.run("hub", "pods", "list")
            shell.sandbox.hub.faults.plan(.notJSON, path: "/api/pods")
            try await shell.run("hub", "pods", "list")
            shell.sandbox.hub.faults.plan(.wrongTypes, path: "/api/pods")
            try await shell.run("hub", "pods", "list")
            try await shell.run("hub", "pods", "list", "--output", "xml")
        }
    }

    @Test func busyHub() async throws {
        try await AgentShell.golden("hub-pods-busy") { shell in
            let busy = Fault.status(429, headers: ["Retry-After": "0"])
            shell.sandbox.hub.faults.plan(busy, path: "/api/pods", times: 2)
            try await shell.run("hub", "pods", "list")
            shell.sandbox.hub.faults.plan(busy, path: "/api/pods", times: 4)
            try await shell.run("hub", "pods", "list")
            shell.sandbox.hub.faults.plan(.dropConnection, path: "/api/pods", times: nil)
            try await shell.run("hub", "pods", "list")
            shell.sandbox.hub.faults.clear()
            shell.sandbox.hub.faults.plan(.delay(.milliseconds(1)), path: "/api/pods")
            try await shell.run("hub", "pods", "list")
        }
    }

    @Test func get() async throws {
        try await AgentShell.golden("hub-pods-get") { shell in
            let identifier = "acme/heart-data"
            try await shell.run("hub", "pods", "get", identifier)
            try await shell.prepare("register")
            try await shell.run("hub", "pods", "get", identifier)
            try await shell.run("hub", "pods", "get", identifier, "--output", "json")
            try await shell.run("hub", "pods", "get", "bob/other-data", "--project", "p-1")
            shell.sandbox.hub.faults.plan(.status(403, body: #"{"errorMessage": "not yours"}"#), method: "GET")
            try await shell.run("hub", "pods", "get", identifier, "--verbose")
            try await shell.run("hub", "pods", "get", "Heart Data")
            try await shell.run("hub", "pods", "get")
        }
    }

    @Test func key() async throws {
        try await AgentShell.golden("hub-pods-key") { shell in
            try await shell.run("hub", "pods", "key", "acme/heart-data")
            try await shell.prepare("register")
            try await shell.run("hub", "pods", "key", "acme/heart-data")
            try await shell.run("hub", "pods", "key", "acme/heart-data", "--output", "json")
            let answer = #"{"podIdentifier": "acme/heart-data", "podPublicKey": "none"}"#
            shell.sandbox.hub.faults.plan(.status(200, body: answer), method: "GET")
            try await shell.run("hub", "pods", "key", "acme/heart-data")
        }
    }

    @Test func schema() async throws {
        try await AgentShell.golden("hub-pods-schema") { shell in
            try await shell.run("hub", "pods", "schema", "acme/heart-data")
            try await shell.prepare("register")
            try await shell.run("hub", "pods", "schema", "acme/heart-data")
            try await shell.run("hub", "pods", "schema", "acme/heart-data", "--output", "json")
            shell.sandbox.objectStorage.faults.plan(.status(403), method: "GET")
            try await shell.run("hub", "pods", "schema", "acme/heart-data")
            shell.sandbox.objectStorage.faults.plan(.status(200, body: "no schema"), method: "GET")
            try await shell.run("hub", "pods", "schema", "acme/heart-data")
        }
    }

    @Test func throughAProject() async throws {
        try await AgentShell.golden("hub-pods-project") { shell in
            let bob = SandboxUser("bob")
            shell.sandbox.directory.add(bob)
            try shell.write(bob.apiKeyID.utf8, to: "bobs-id")
            try shell.write(bob.apiKey.utf8, to: "bobs-key")
            let asBob = [
                "POD_AGENT_CREDENTIALS_USERNAME": "bob", "POD_AGENT_CREDENTIALS_API_KEY_ID_FILE": "bobs-id",
                "POD_AGENT_CREDENTIALS_API_KEY_FILE": "bobs-key",
            ]
            try await shell.prepare("register", environment: asBob)
            let project = HubProject(
                id: "p-1",
                name: "Hearts",
                owner: "bob",
                members: ["acme"],
                datasets: ["bob/heart-data"]
            )
            shell.sandbox.hub.add(project)
            try await shell.run("hub", "pods", "get", "bob/heart-data", "--project", "p-1")
            try await shell.run("hub", "pods", "schema", "bob/heart-data", "--project", "p-1")
            try await shell.run("hub", "pods", "key", "bob/heart-data", "--project", "p-2")
            let asked = shell.sandbox.hub.log.requests(method: "GET").map(\.path)
            #expect(asked.prefix(2).allSatisfy { $0 == "/api/projects/p-1/pods/bob/heart-data" })
            #expect(asked.last == "/api/projects/p-2/pods/bob/heart-data")
        }
    }

    @Test func archive() async throws {
        try await AgentShell.golden("hub-pods-archive") { shell in
            try await shell.run("hub", "pods", "archive", "heart-data")
            try await shell.prepare("register")
            try await shell.run("hub", "pods", "archive", "heart-data")
            try await shell.run("hub", "pods", "get", "acme/heart-data")
            shell.sandbox.hub.faults.plan(.status(409), method: "POST")
            try await shell.run("hub", "pods", "archive", "heart-data", "--output", "json")
        }
    }
}
