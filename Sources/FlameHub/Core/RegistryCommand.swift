// SPDX-License-Identifier: Apache-2.0

/// What a container registry can be told to do (flame-hub.md, 4.10).
public enum RegistryCommand: String, Sendable, CaseIterable {
    /// Makes the projects for incoming and outgoing images and for master images.
    case setup
    /// Removes them.
    case cleanup
}
