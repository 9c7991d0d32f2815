// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

extension AgentShell {
    /// Adds the sandbox' FLAME node to the configuration, and its owner.
    ///
    /// - Parameters:
    ///   - owner: Who `--as owner` is, if not the data owner of the sandbox.
    ///   - hasOwner: Whether there is one at all.
    ///   - secret: What the node signs in with, if not its secret.
    func configureFlame(owner: FlameSeed.Account? = nil, hasOwner: Bool = true, secret: String? = nil) throws {
        let seed = sandbox.flame.seed
        let owner = owner ?? seed.owner
        try write((secret ?? seed.node.account.secret).utf8, to: "flame_secret")
        try write(owner.secret.utf8, to: "flame_password")
        let ownerLine = "  owner: { username: \(owner.name), password_file: flame_password, realm: \(owner.realm) }"
        let section = """

            flame:
              auth_url: \(try sandbox.flame.authURL)
              core_url: \(try sandbox.flame.coreURL)
              storage_url: \(try sandbox.flame.storageURL)
              client_id: \(seed.node.account.id)
              client_secret_file: flame_secret
              interval: 1s
              consent: manual
            \(hasOwner ? ownerLine : "")

            """
        let file = directory.appending(path: "agent.yaml")
        var text = try Data(contentsOf: file)
        text.append(Data(section.utf8))
        try text.write(to: file)
        for node in sandbox.flame.records("nodes") {
            mask(try #require(node["externalName"]?.stringValue), as: "<external-name>")
        }
    }

    /// The same for one whose owner may do everything.
    func configureFlameAsAdmin() throws {
        try configureFlame(owner: sandbox.flame.seed.admin)
    }

    /// The id of the only record with these fields at the FLAME Hub.
    func id(of collection: String, where fields: [String: JSONValue]) throws -> String {
        let found = sandbox.flame.records(collection, where: fields)
        try #require(found.count == 1, "\(collection) \(fields)")
        return try #require(found[0]["id"]?.stringValue)
    }

    /// Runs the agent as the node of the FLAME Hub for as long as `body` runs.
    func whileAgentRuns(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let agent = try startAgent()
        try await agent.whileRunning(body)
        try await agent.stop()
    }

    /// Starts the agent.
    ///
    /// - Parameter environment: What its environment has besides.
    func startAgent(environment: [String: String] = [:]) throws -> AgentProcess {
        try AgentProcess(
            executable: PodAgentExecutable.url(),
            arguments: ["run", "--config", directory.appending(path: "agent.yaml").path],
            directory: directory,
            environment: environment
        )
    }

    /// Looks at the status until the whole mirror was read. It leaves no trace in the transcript.
    func waitUntilInStep() async throws {
        try await within(.seconds(30), "mirror of the FLAME Hub") { [self] in
            while true {
                // Before the agent's first start there is nothing to look at.
                let status = try await unseen("flame", "status", "--output", "json").standardOutput
                if status.contains(#""is_filling" : false"#), !status.contains(#""last_success" : null"#) { return }
            }
        }
    }

    /// Looks at the approvals until the part is among them. It leaves no trace in the transcript.
    func waitForApproval(of part: String) async throws {
        try await within(.seconds(30), "approval of \(part)") { [self] in
            while try await !unseen("flame", "approvals", "list").standardOutput.contains(part) {}
        }
    }
}
