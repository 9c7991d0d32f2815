import ArgumentParser
import FlameHub

extension FlameCollections {
    enum Nodes: FlameCollection {
        static let abstract = "Data owners' machines, and those that aggregate."
        static let columns = ["id", "name", "type", "hidden", "realmId", "updatedAt"]
        static var specials: [any ParsableCommand.Type] {
            [
                FlameNodeRegistryCredentials.self, FlameClientCredentials<NodeCredentials>.self,
                FlameRotateClientCredentials<NodeCredentials>.self,
            ]
        }
        static func resource(_ session: FlameSession) -> Resource<Node> { session.core.nodes }
    }

    enum Projects: FlameCollection {
        static let abstract = "What nodes work on together."
        static let columns = ["id", "name", "displayName", "nodes", "analyses", "updatedAt"]
        static func resource(_ session: FlameSession) -> Resource<Project> { session.core.projects }
    }

    enum ProjectNodes: FlameCollection {
        static let abstract = "Nodes' parts in projects."
        static let columns = ["id", "projectId", "nodeId", "approvalStatus", "comment", "updatedAt"]
        static func resource(_ session: FlameSession) -> Resource<ProjectNode> { session.core.projectNodes }
    }

    enum Analyses: FlameCollection {
        static let abstract = "This node's analyses, and all of the Hub's."
        static let columns = [
            "id", "name", "projectId", "buildStatus", "distributionStatus", "executionStatus", "updatedAt",
        ]
        static var specials: [any ParsableCommand.Type] {
            [
                FlameAnalysesList.self, FlameAnalysesShow.self, FlameAnalysesReport.self, FlameAnalysesLog.self,
                FlameAnalysisCommand.self, FlameClientCredentials<AnalysisCredentials>.self,
                FlameRotateClientCredentials<AnalysisCredentials>.self,
            ]
        }
        static func resource(_ session: FlameSession) -> Resource<Analysis> { session.core.analyses }
    }

    enum AnalysisNodes: FlameCollection {
        static let abstract = "Nodes' parts in analyses."
        static let columns = [
            "id", "analysisId", "nodeId", "approvalStatus", "executionStatus", "executionProgress", "updatedAt",
        ]
        static func resource(_ session: FlameSession) -> Resource<AnalysisNode> { session.core.analysisNodes }
    }

    enum AnalysisNodeEvents: FlameCollection {
        static let abstract = "What happened to nodes' parts in analyses."
        static let columns = ["id", "analysisId", "nodeId", "name", "createdAt"]
        static func resource(_ session: FlameSession) -> Resource<AnalysisNodeEvent> { session.core.analysisNodeEvents }
    }

    enum AnalysisBuckets: FlameCollection {
        static let abstract = "Storage buckets of analyses."
        static let columns = ["id", "type", "analysisId", "bucketId"]
        static func resource(_ session: FlameSession) -> Resource<AnalysisBucket> { session.core.analysisBuckets }
    }

    enum AnalysisBucketFiles: FlameCollection {
        static let abstract = "Files in the buckets of analyses."
        static let columns = ["id", "path", "root", "analysisId", "bucketFileId"]
        static func resource(_ session: FlameSession) -> Resource<AnalysisBucketFile> {
            session.core.analysisBucketFiles
        }
    }

    enum Registries: FlameCollection {
        static let abstract = "Container registries."
        static let columns = ["id", "name", "host"]
        static var specials: [any ParsableCommand.Type] {
            [FlameRegistryCommand.self]
        }
        static func resource(_ session: FlameSession) -> Resource<Registry> { session.core.registries }
    }

    enum RegistryProjects: FlameCollection {
        static let abstract = "Projects at container registries."
        static let columns = ["id", "name", "type", "externalName", "registryId"]
        static func resource(_ session: FlameSession) -> Resource<RegistryProject> { session.core.registryProjects }
    }

    enum MasterImages: FlameCollection {
        static let abstract = "Images that analyses are built on."
        static let columns = ["id", "virtualPath", "name", "buildStatus"]
        static var specials: [any ParsableCommand.Type] {
            [FlameMasterImagesSync.self, FlameMasterImagesBuild.self]
        }
        static func resource(_ session: FlameSession) -> Resource<MasterImage> { session.core.masterImages }
    }

    enum MasterImageGroups: FlameCollection {
        static let abstract = "Groups of those images."
        static let columns = ["id", "virtualPath", "name"]
        static func resource(_ session: FlameSession) -> Resource<MasterImageGroup> { session.core.masterImageGroups }
    }
}
