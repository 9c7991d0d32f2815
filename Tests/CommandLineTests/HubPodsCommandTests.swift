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
