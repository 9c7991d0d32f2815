// SPDX-License-Identifier: Apache-2.0

/// All collections of the Hub.
enum FlameSchema {
    /// A field whose records go, or are emptied, with the record that it points to.
    struct Dependent: Sendable {
        let collection: String
        let field: String
        let isOptional: Bool
    }

    private static let all =
        authResources + [nodes, projects, projectNodes] + analysisResources + registryResources + storageResources

    private static let byRelease: [FlameRelease: [String: FlameResource]] = Dictionary(
        uniqueKeysWithValues: FlameRelease.allCases.map { release in
            let known = all.filter { release.isOld || !oldResources.contains($0.name) }
            return (release, Dictionary(uniqueKeysWithValues: known.map { ($0.name, $0.asOf(release)) }))
        }
    )

    /// Collections that went with hub 0.12.4.
    private static let oldResources: Set<String> = ["robots", "robot-permissions", "robot-roles"]

    /// The keys of related records that hub 0.8 can filter by.
    static let oldDottedKeys: Set<String> = ["analysis.name", "analysis.project_id", "node.name", "node.realm_id"]

    private static let dependents: [String: [Dependent]] = all.reduce(into: [:]) { found, resource in
        for field in resource.fields {
            guard let target = field.target, field.isPart || field.isNullable else { continue }
            let dependent = Dependent(collection: resource.name, field: field.name, isOptional: !field.isPart)
            found[target, default: []].append(dependent)
        }
    }

    /// The collections by their names.
    static func resources(of release: FlameRelease) -> [String: FlameResource] { byRelease[release] ?? [:] }

    /// What points to records of that collection.
    static func dependents(of collection: String) -> [Dependent] { dependents[collection] ?? [] }
}
