// SPDX-License-Identifier: Apache-2.0

/// Which model is meant.
public struct ModelReference: Sendable, Hashable {
    /// The username of its owner.
    public var owner: String
    /// Its name.
    public var name: String
    /// Which version; nil for the latest.
    public var version: Int?
    /// The project through which it is asked for, if any.
    public var project: String?

    /// Names a model.
    public init(owner: String, name: String, version: Int? = nil, project: String? = nil) {
        self.owner = owner
        self.name = name
        self.version = version
        self.project = project
    }

    var query: [(String, String)] {
        var query = [("modellerName", owner), ("modelName", name)]
        if let version { query.append(("modelVersion", String(version))) }
        if let project { query.append(("projectId", project)) }
        return query
    }
}
