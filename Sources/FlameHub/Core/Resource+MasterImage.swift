// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension Resource where Record == MasterImage {
    /// Reads the images from their repository again, in the background. While that lasts, older hubs refuse another
    /// one (flame-hub.md, 4.10).
    public func sync() async throws(FlameHubError) {
        _ = try await access.send(.post("\(Record.collection)/command", ["command": "sync"], mayRepeat: false))
    }

    /// Builds an image, in the background.
    public func build(_ id: HubID<MasterImage>) async throws(FlameHubError) {
        let body: JSONObject = ["command": "build", "id": .string(id.text)]
        _ = try await access.send(.post("\(Record.collection)/command", body, mayRepeat: false))
    }
}
