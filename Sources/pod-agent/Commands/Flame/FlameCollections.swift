// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FlameHub

/// All resources of the Hub: one line of its own for each.
enum FlameCollections {
    static let commands: [any ParsableCommand.Type] = [
        FlameResource<Nodes>.self,
        FlameResource<Projects>.self,
        FlameResource<ProjectNodes>.self,
        FlameResource<Analyses>.self,
        FlameResource<AnalysisNodes>.self,
        FlameResource<AnalysisNodeEvents>.self,
        FlameResource<AnalysisBuckets>.self,
        FlameResource<AnalysisBucketFiles>.self,
        FlameResource<Registries>.self,
        FlameResource<RegistryProjects>.self,
        FlameResource<MasterImages>.self,
        FlameResource<MasterImageGroups>.self,
        FlameResource<Realms>.self,
        FlameResource<Users>.self,
        FlameResource<Roles>.self,
        FlameResource<Permissions>.self,
        FlameResource<RolePermissions>.self,
        FlameResource<UserPermissions>.self,
        FlameResource<UserRoles>.self,
        FlameResource<Clients>.self,
        FlameResource<Robots>.self,
        FlameResource<RobotPermissions>.self,
        FlameResource<RobotRoles>.self,
        FlameResource<Buckets>.self,
        FlameResource<BucketFiles>.self,
        FlameAnalysisLogs.self, FlameAnalysisNodeLogs.self,
    ]
}

extension FlameCollections {
    enum Nodes: FlameCollection {
        static let abstract = "Data owners' machines, and those that aggregate."
        static let columns = ["id", "name", "type", "hidden", "realmId", "updatedAt"]
        static var ownCommands: [any ParsableCommand.Type] {
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
        static var ownCommands: [any ParsableCommand.Type] {
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
        static var ownCommands: [any ParsableCommand.Type] {
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
        static var ownCommands: [any ParsableCommand.Type] {
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

extension FlameCollections {
    enum Buckets: FlameCollection {
        static let abstract = "Places for files."
        static let columns = ["id", "name", "actorType", "realmId", "createdAt"]
        static var ownCommands: [any ParsableCommand.Type] {
            [FlameBucketUpload.self, FlameBucketDownload.self]
        }
        static func resource(_ session: FlameSession) -> Resource<Bucket> { session.storage.buckets }
    }

    enum BucketFiles: FlameCollection {
        static let abstract = "Files in buckets."
        static let columns = ["id", "path", "size", "bucketId", "createdAt"]
        static var ownCommands: [any ParsableCommand.Type] {
            [FlameBucketFileDownload.self]
        }
        static func resource(_ session: FlameSession) -> Resource<BucketFile> { session.storage.bucketFiles }
    }
}

extension FlameCollections {
    enum Realms: FlameCollection {
        static let abstract = "Organisations."
        static let columns = ["id", "name", "displayName", "builtIn"]
        static func resource(_ session: FlameSession) -> Resource<Realm> { session.auth.realms }
    }

    enum Users: FlameCollection {
        static let abstract = "People."
        static let columns = ["id", "name", "displayName", "active", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<User> { session.auth.users }
    }

    enum Roles: FlameCollection {
        static let abstract = "Roles that users can have."
        static let columns = ["id", "name", "displayName", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Role> { session.auth.roles }
    }

    enum Permissions: FlameCollection {
        static let abstract = "What can be permitted."
        static let columns = ["id", "name", "displayName", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Permission> { session.auth.permissions }
    }

    enum RolePermissions: FlameCollection {
        static let abstract = "Permissions of roles."
        static let columns = ["id", "roleId", "permissionId"]
        static func resource(_ session: FlameSession) -> Resource<RolePermission> { session.auth.rolePermissions }
    }

    enum UserPermissions: FlameCollection {
        static let abstract = "Permissions of users."
        static let columns = ["id", "userId", "permissionId"]
        static func resource(_ session: FlameSession) -> Resource<UserPermission> { session.auth.userPermissions }
    }

    enum UserRoles: FlameCollection {
        static let abstract = "Roles of users."
        static let columns = ["id", "userId", "roleId"]
        static func resource(_ session: FlameSession) -> Resource<UserRole> { session.auth.userRoles }
    }

    enum Clients: FlameCollection {
        static let abstract = "Applications and nodes that can sign in."
        static let columns = ["id", "name", "displayName", "active", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Client> { session.auth.clients }
    }

    enum Robots: FlameCollection {
        static let abstract = "What nodes sign in as on hubs before 0.12.4."
        static let columns = ["id", "name", "active", "realmId"]
        static func resource(_ session: FlameSession) -> Resource<Robot> { session.auth.robots }
    }

    enum RobotPermissions: FlameCollection {
        static let abstract = "Permissions of robots."
        static let columns = ["id", "robotId", "permissionId"]
        static func resource(_ session: FlameSession) -> Resource<RobotPermission> { session.auth.robotPermissions }
    }

    enum RobotRoles: FlameCollection {
        static let abstract = "Roles of robots."
        static let columns = ["id", "robotId", "roleId"]
        static func resource(_ session: FlameSession) -> Resource<RobotRole> { session.auth.robotRoles }
    }
}
