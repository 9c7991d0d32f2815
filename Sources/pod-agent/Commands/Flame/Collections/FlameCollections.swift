import ArgumentParser

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
