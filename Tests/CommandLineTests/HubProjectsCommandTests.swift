// SPDX-License-Identifier: Apache-2.0

import PodSandbox
import Testing

@Suite struct HubProjectsCommandTests {
    private static let limits: [JSONValue] = [
        ["resourceType": "MODEL_INFERENCE", "resourceName": "bob/Model:3", "limit": 10, "totalUsage": 10],
        ["resourceType": "MODEL_INFERENCE", "resourceName": "bob/Other:1", "totalUsage": 2],
    ]

    private static func addProjects(_ shell: AgentShell) {
        shell.sandbox.hub.add(
            HubProject(
                id: "p-1",
                name: "Hearts",
                owner: "acme",
                members: ["alice"],
                datasets: ["bob/b"],
                limits: limits
            )
        )
        shell.sandbox.hub.add(HubProject(id: "p-2", name: "Lungs", owner: "bob", members: ["acme"]))
    }

    @Test func list() async throws {
        try await AgentShell.golden("hub-projects-list") { shell in
            try await shell.run("hub", "projects", "list")
            Self.addProjects(shell)
            try await shell.run("hub", "projects", "list")
            try await shell.run("hub", "projects", "list", "--limit", "1", "--output", "json")
            try await shell.run("hub", "projects", "list", "--limit", "1", "--offset", "1")
            try await shell.run("hub", "projects", "list", "--limit", "0")
            shell.sandbox.hub.faults.plan(.status(401), method: "GET")
            try await shell.run("hub", "projects", "list")
        }
    }

    @Test func create() async throws {
        try await AgentShell.golden("hub-projects-create") { shell in
            try await shell.run("hub", "projects", "create", "Hearts")
            shell.sandbox.hub.faults.plan(.status(409), method: "POST")
            try await shell.run("hub", "projects", "create", "Hearts", "--output", "json")
        }
    }

    @Test func name() async throws {
        try await AgentShell.golden("hub-projects-name") { shell in
            Self.addProjects(shell)
            try await shell.run("hub", "projects", "name", "p-1")
            try await shell.run("hub", "projects", "name", "p-1", "--output", "json")
            try await shell.run("hub", "projects", "name", "p-3")
            try await shell.run("hub", "projects", "name", "..")
        }
    }

    @Test func addDataset() async throws {
        try await AgentShell.golden("hub-projects-add-dataset") { shell in
            Self.addProjects(shell)
            try await shell.run("hub", "projects", "add-dataset", "p-1", "heart-data")
            try await shell.prepare("register")
            try await shell.run("hub", "projects", "add-dataset", "p-1", "heart-data")
            try await shell.run("hub", "projects", "list", "--limit", "1", "--output", "json")
            shell.sandbox.hub.faults.plan(.status(403), method: "PUT")
            try await shell.run("hub", "projects", "add-dataset", "p-1", "heart-data")
        }
    }

    @Test func limits() async throws {
        try await AgentShell.golden("hub-projects-limits") { shell in
            Self.addProjects(shell)
            try await shell.run("hub", "projects", "limits", "p-1")
            try await shell.run("hub", "projects", "limits", "p-1", "--output", "json")
            try await shell.run("hub", "projects", "limits", "p-1", "--model", "bob/Model:3")
            try await shell.run("hub", "projects", "limits", "p-1", "--model", "bob/Model:3", "--output", "json")
            try await shell.run("hub", "projects", "limits", "p-1", "--model", "bob/Model:4")
            shell.sandbox.hub.faults.plan(.wrongTypes, method: "GET")
            try await shell.run("hub", "projects", "limits", "p-1")
        }
    }
}
