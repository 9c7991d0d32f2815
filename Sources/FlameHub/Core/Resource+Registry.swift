// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension Resource where Record == Registry {
    /// Tells a registry to do something, in the background (flame-hub.md, 4.10).
    public func send(_ command: RegistryCommand, to id: HubID<Registry>) async throws(FlameHubError) {
        let body: JSONObject = ["command": .string(command.rawValue), "id": .string(id.text)]
        _ = try await access.send(.post("services/registry/command", body, mayRepeat: false))
    }
}
