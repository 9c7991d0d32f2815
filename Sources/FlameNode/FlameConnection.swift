import FlameHub

/// The ways to the FLAME Hub.
package struct FlameConnection: Sendable {
    package let hub: FlameClient
    /// What the node itself may do: read everything, report, write logs.
    package let node: FlameSession
    /// What the data owner may do besides; `nil` where none is configured.
    package let owner: FlameSession?

    package init(hub: FlameClient, node: FlameSession, owner: FlameSession?) {
        self.hub = hub
        self.node = node
        self.owner = owner
    }
}
