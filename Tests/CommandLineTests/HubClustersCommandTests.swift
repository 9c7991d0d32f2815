// SPDX-License-Identifier: Apache-2.0

import PodSandbox
import Testing

@Suite struct HubClustersCommandTests {
    @Test func clusters() async throws {
        try await AgentShell.golden("hub-clusters") { shell in
            try await shell.prepare("register")
            shell.sandbox.hub.addCluster("c-1", name: "racks", owner: "acme", datasets: [])
            try await shell.run("hub", "clusters", "create", "racks", "--dataset", "heart-data")
            try await shell.run("hub", "clusters", "create", "racks", "--dataset", "lung-data")
            try await shell.run("hub", "clusters", "check", "c-1")
            try await shell.run("hub", "clusters", "check", "c-2", "--output", "json")
            try await shell.run("hub", "clusters", "link", "c-1", "heart-data")
            try await shell.run("hub", "clusters", "link", "c-2", "heart-data", "--output", "json")
            shell.sandbox.hub.faults.plan(.status(500), method: "GET")
            try await shell.run("hub", "clusters", "check", "c-1", "--output", "json")
        }
    }

    @Test func datasets() async throws {
        try await AgentShell.golden("hub-datasets") { shell in
            try await shell.prepare("register")
            shell.sandbox.hub.addCluster("c-1", name: "racks", owner: "acme", datasets: ["acme/heart-data"])
            try await shell.run("hub", "datasets", "list")
            try await shell.run("hub", "datasets", "list", "--cluster", "c-1", "--output", "json")
            try await shell.run("hub", "datasets", "list", "--cluster", "c-2")
            try await shell.run("hub", "datasets", "configurations", "--cluster", "c-1")
            try await shell.run("hub", "datasets", "configuration", "acme/heart-data")
            shell.sandbox.hub.setConfiguration(
                ["datasource": "CSVSource", "name": "heart-data", "data_config": ["auto_tidy": true]],
                of: "acme/heart-data"
            )
            try await shell.run("hub", "datasets", "configuration", "acme/heart-data")
            try await shell.run("hub", "datasets", "configuration", "acme/heart-data", "--output", "json")
            try await shell.run("hub", "datasets", "configuration", "acme/lung-data")
            try await shell.run("hub", "datasets", "configurations", "--cluster", "c-1", "--output", "json")
            shell.sandbox.hub.faults.plan(.status(403), method: "GET")
            try await shell.run("hub", "datasets", "configurations")
        }
    }
}
