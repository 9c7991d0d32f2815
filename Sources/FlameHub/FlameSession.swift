// SPDX-License-Identifier: Apache-2.0

/// The services of a Hub for one identity.
public struct FlameSession: Sendable {
    /// Who there is, and who may do what.
    public let auth: AuthClient
    /// Nodes, projects and analyses.
    public let core: CoreClient
    /// Buckets and their files.
    public let storage: StorageClient
    /// Keeps the identity signed in; `nil` for nobody.
    public let authenticator: HubAuthenticator?
}
