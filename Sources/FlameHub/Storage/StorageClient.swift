// SPDX-License-Identifier: Apache-2.0

/// The Storage service: buckets and their files (flame-hub.md, 4.12).
public struct StorageClient: Sendable {
    let access: ServiceAccess

    /// A client that signs in as somebody, or as nobody.
    ///
    /// - Parameters:
    ///   - connection: The way to the Storage service.
    ///   - authenticator: Who signs in.
    public init(_ connection: HubConnection, as authenticator: HubAuthenticator?) {
        access = ServiceAccess(connection: connection, authenticator: authenticator)
    }

    /// The same service for somebody else, for calls that need other rights.
    public func acting(as authenticator: HubAuthenticator?) -> StorageClient {
        StorageClient(access.connection, as: authenticator)
    }

    /// What the service said about itself.
    public func profile() async throws(FlameHubError) -> ServerProfile { try await access.profile() }

    /// The buckets.
    public var buckets: Resource<Bucket> { Resource(access) }
    /// The files in buckets.
    public var bucketFiles: Resource<BucketFile> { Resource(access) }
}
