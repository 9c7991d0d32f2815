// SPDX-License-Identifier: Apache-2.0

/// The Core service: nodes, projects, analyses, images and registries (flame-hub.md, 4).
///
/// ```swift
/// let nodes = try await core.nodes.find(
///     filter: .name(like: "my-node-4"),
///     sort: .descending(\.createdAt),
///     page: .init(limit: 25, offset: 10)
/// )
/// ```
public struct CoreClient: Sendable {
    let access: ServiceAccess

    /// A client that signs in as somebody, or as nobody.
    ///
    /// - Parameters:
    ///   - connection: The way to the Core service.
    ///   - authenticator: Who signs in.
    public init(_ connection: HubConnection, as authenticator: HubAuthenticator?) {
        access = ServiceAccess(connection: connection, authenticator: authenticator)
    }

    /// The same service for somebody else, for calls that need other rights.
    public func acting(as authenticator: HubAuthenticator?) -> CoreClient {
        CoreClient(access.connection, as: authenticator)
    }

    /// What the service said about itself.
    public func profile() async throws(FlameHubError) -> ServerProfile { try await access.profile() }

    /// The nodes.
    public var nodes: Resource<Node> { Resource(access) }
    /// The projects.
    public var projects: Resource<Project> { Resource(access) }
    /// The nodes' parts in projects.
    public var projectNodes: Resource<ProjectNode> { Resource(access) }
    /// The analyses.
    public var analyses: Resource<Analysis> { Resource(access) }
    /// The nodes' parts in analyses.
    public var analysisNodes: Resource<AnalysisNode> { Resource(access) }
    /// What happened to the nodes' parts in analyses.
    public var analysisNodeEvents: Resource<AnalysisNodeEvent> { Resource(access) }
    /// The buckets of analyses.
    public var analysisBuckets: Resource<AnalysisBucket> { Resource(access) }
    /// The files in the buckets of analyses.
    public var analysisBucketFiles: Resource<AnalysisBucketFile> { Resource(access) }
    /// The container registries.
    public var registries: Resource<Registry> { Resource(access) }
    /// The projects at container registries.
    public var registryProjects: Resource<RegistryProject> { Resource(access) }
    /// The images that analyses are built on.
    public var masterImages: Resource<MasterImage> { Resource(access) }
    /// The groups of those images.
    public var masterImageGroups: Resource<MasterImageGroup> { Resource(access) }

    /// What the Hub logged about analyses.
    public var analysisLogs: AnalysisLogs {
        AnalysisLogs(log: LogCollection(access: access, path: "analysis-logs"))
    }
    /// What nodes logged about analyses.
    public var analysisNodeLogs: AnalysisNodeLogs {
        AnalysisNodeLogs(log: LogCollection(access: access, path: "analysis-node-logs"))
    }
}
