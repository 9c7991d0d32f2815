// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A directory with everything that an agent needs to use the sandbox: configuration, credentials, a schema.
package struct AgentDirectory: Sendable {
    /// The directory.
    package let url: URL

    /// The configuration file.
    package var configuration: URL { url.appending(path: "agent.yaml") }
    /// The agent's own state.
    package var state: URL { url.appending(path: "state") }

    /// Writes the files; what is there is replaced, the agent's state is kept.
    package static func write(
        to url: URL,
        for sandbox: Sandbox,
        _ settings: AgentSettings = AgentSettings()
    ) throws -> AgentDirectory {
        let directory = AgentDirectory(url: url)
        try directory.makePrivate(url)
        try directory.makePrivate(directory.state)
        try directory.writeSecret(sandbox.owner.apiKeyID, "api-key-id")
        try directory.writeSecret(sandbox.owner.apiKey, "api-key")
        for dataset in settings.datasets {
            try Data(Self.schema(dataset).utf8).write(to: url.appending(path: "\(dataset).schema.json"))
        }
        var text = "# Written by pod-sandbox: an agent that uses the stand-ins on loopback.\n"
        text += "state_directory: \(Self.quoted(directory.state.path))\n"
        if settings.hasPod { text += try directory.podText(sandbox, settings) }
        if settings.isFlameNode { text += try directory.flameText(sandbox.flame, settings) }
        try Data(text.utf8).write(to: directory.configuration)
        return directory
    }

    private func makePrivate(_ url: URL) throws {
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    private func writeSecret(_ text: String, _ name: String) throws {
        let path = url.appending(path: name).path
        let isWritten = FileManager.default.createFile(
            atPath: path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten else { throw SandboxError(.file, "\(path) can't be written") }
    }

    /// The sections for the pod; its secrets have been written.
    private func podText(_ sandbox: Sandbox, _ settings: AgentSettings) throws -> String {
        let datasets = settings.datasets.map { name in
            """
                - name: \(name)
                  display_name: \(Self.quoted(name))
                  description: A dataset of the sandbox
                  schema_file: \(Self.quoted(url.appending(path: "\(name).schema.json").path))
                  number_of_records: 303
            """
        }
        return """
            environment: dev
            hub: { url: \(Self.quoted(try sandbox.hub.url.absoluteString)) }
            access_manager: { url: \(Self.quoted(try sandbox.accessManager.url.absoluteString)) }
            message_service:
              url: \(Self.quoted(sandbox.messageServiceURL.absoluteString))
              poll_style: \(settings.pollStyle.rawValue)
            identity:
              authority: \(Self.quoted(try sandbox.identityProvider.url.absoluteString))
              client_id: \(SandboxIdentityProvider.clientID)
            smart_on_fhir: { url: \(Self.quoted(try sandbox.smartOnFHIR.url.absoluteString)) }
            storage:
              allowed_hosts: [\(Self.quoted(try sandbox.objectStorage.url.absoluteString))]
            credentials:
              username: \(sandbox.owner.username)
              api_key_id_file: \(Self.quoted(url.appending(path: "api-key-id").path))
              api_key_file: \(Self.quoted(url.appending(path: "api-key").path))
            pod:
              name: \(settings.podName)
              approved_pods: [\(settings.approvedPods.map(Self.quoted).joined(separator: ", "))]
              datasets:
            \(datasets.joined(separator: "\n"))
            heartbeat:
              interval: \(settings.heartbeatInterval)
              form: \(settings.heartbeatForm)
            limits:
              concurrent_tasks: \(settings.concurrentTasks)
              concurrent_tasks_per_modeller: \(settings.concurrentTasksPerModeller)
              task_deadline: \(settings.taskDeadline)

            """
    }

    /// The section for the node of the FLAME Hub; its secrets go into files.
    private func flameText(_ flame: SandboxFlameHub, _ settings: AgentSettings) throws -> String {
        let node = flame.seed.node
        let owner = flame.seed.owner
        try writeSecret(node.account.secret, "flame-client-secret")
        try writeSecret(owner.secret, "flame-owner-password")
        return """
            flame:
              auth_url: \(Self.quoted(try flame.authURL.absoluteString))
              core_url: \(Self.quoted(try flame.coreURL.absoluteString))
              storage_url: \(Self.quoted(try flame.storageURL.absoluteString))
              node_id: \(node.id)
              client_id: \(node.account.id)
              client_secret_file: \(Self.quoted(url.appending(path: "flame-client-secret").path))
              owner:
                username: \(owner.name)
                password_file: \(Self.quoted(url.appending(path: "flame-owner-password").path))
                realm: \(owner.realm)
              interval: \(settings.flameInterval)
              consent: manual

            """
    }

    /// A schema of version 4 (bitfount-protocol.md, 5.2).
    private static func schema(_ dataset: String) -> String {
        """
        {
          "name": "\(dataset)",
          "description": null,
          "number_of_records": 303,
          "features": [
            {"featureName": "age", "description": null, "dtype": "Int64", "semanticType": "continuous"},
            {"featureName": "target", "description": null, "dtype": "boolean",
             "encoder": {"classes": {"False": 0, "True": 1}}, "semanticType": "categorical"}
          ],
          "metadata": {
            "bitfount_version": "13.0.0",
            "hash": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
            "force_stypes": null, "schema_version": "4", "schema_type": "full",
            "schema_generation_enabled": true
          }
        }

        """
    }

    /// A double-quoted YAML string.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
