// SPDX-License-Identifier: Apache-2.0

package import Foundation

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
    /// The usage limits, as items of bitfount-protocol.md, 3.3.
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

    /// How much each member may use a model and has used it: what the owner has, everybody has.
    func usage(ofModel model: String) throws(Refusal) -> JSONValue {
        guard
            let limit = limits.lazy.compactMap(\.objectValue).first(where: { $0["resourceName"]?.stringValue == model })
        else { throw .notFound("no such model in the project") }
        let grantees = [(owner, "OWNER")] + members.sorted().map { ($0, "MEMBER") }
        return [
            "default": limit["limit"] ?? .null, "totalGrantees": .integer(Int64(grantees.count)),
            "usage": .array(
                grantees.map { username, role in
                    .object(limit.merging(["granteeUsername": .string(username), "role": .string(role)]) { $1 })
                }
            ),
        ]
    }

    func includes(_ username: String) -> Bool {
        owner == username || members.contains(username)
    }
}
