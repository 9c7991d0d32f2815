// SPDX-License-Identifier: Apache-2.0

/// A project of the caller (bitfount-protocol.md, 3.3).
public struct Project: Sendable, Decodable {
    /// A dataset that is linked to a project.
    public struct Dataset: Sendable, Decodable {
        /// The Hub's id of its owner.
        public let ownerID: String?
        /// The username of its owner.
        public let ownerUsername: String?
        /// Its name.
        public let name: String
        /// The name that people see.
        public let displayName: String?
        /// When the Hub last heard of it, in ISO 8601.
        public let lastOnline: String?

        private enum CodingKeys: String, CodingKey {
            case ownerID = "ownerId"
            case ownerUsername
            case name
            case displayName = "podDisplayName"
            case lastOnline
        }
    }

    /// The Hub's id of the project.
    public let id: String
    /// Its name.
    public let name: String
    /// What the caller is in it, such as `OWNER`.
    public let role: String?
    /// When it was made, in ISO 8601.
    public let createdAt: String?
    /// When it was last changed, in ISO 8601.
    public let updatedAt: String?
    /// `PUBLISHED` or `ARCHIVED`.
    public let status: String?
    /// Whether it only shows what projects are.
    public let isDemo: Bool?
    /// The datasets in it, if the Hub lists them.
    public let linkedDatasets: [Dataset]?
    /// How many datasets are in it, if the Hub says so.
    public let linkedDatasetsCount: Int?

    private enum CodingKeys: String, CodingKey {
        case id, name, role, status, isDemo
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case linkedDatasets = "linked_datasets"
        case linkedDatasetsCount = "linked_datasets_count"
    }
}

/// Some of the caller's projects, and how many there are.
public struct ProjectPage: Sendable, Decodable {
    /// How many projects there are on all pages.
    public let total: Int
    /// The projects of this page.
    public let projects: [Project]

    private enum CodingKeys: String, CodingKey {
        case total = "totalProjects"
        case projects
    }
}
