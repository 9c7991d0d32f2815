import Foundation

/// A project: who may use which datasets, and how much.
package struct HubProject: Sendable {
    /// The id.
    package let id: String
    /// The name.
    package var name: String
    /// The username of whoever made it.
    package let owner: String
    /// The usernames of those who take part, the owner not included.
    package var members: Set<String>
    /// The identifiers of the datasets in it.
    package var datasets: [String]
    /// The usage limits, as items of protocol reference section 3.3.
    package var limits: [JSONValue]
    /// When it was made.
    package let createdAt: Date

    /// A project.
    package init(
        id: String,
        name: String,
        owner: String,
        members: Set<String> = [],
        datasets: [String] = [],
        limits: [JSONValue] = []
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.members = members
        self.datasets = datasets
        self.limits = limits
        createdAt = Date()
    }

    func includes(_ username: String) -> Bool {
        owner == username || members.contains(username)
    }
}
