// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// How much a project has used of one model, member by member.
public struct ModelUsage: Sendable {
    /// The use of one member.
    public struct Member: Sendable {
        /// The member.
        public let username: String
        /// What the member is in the project.
        public let role: String
        /// What the member may use, and has used.
        public let usage: UsageLimit
    }

    /// What a member may use unless something else is said; nil means without limit.
    public let defaultLimit: Int?
    /// How many members may use the model.
    public let memberCount: Int
    /// The members.
    public let members: [Member]

    init?(_ object: JSONObject) {
        let limit = object["default"] ?? .null
        guard
            limit == .null || limit.intValue != nil,
            let memberCount = object["totalGrantees"]?.intValue,
            let items = object["usage"]?.arrayValue
        else { return nil }
        let members = items.compactMap { $0.objectValue.flatMap(Member.init) }
        guard members.count == items.count else { return nil }
        self.defaultLimit = limit.intValue
        self.memberCount = memberCount
        self.members = members
    }
}

extension ModelUsage.Member {
    fileprivate init?(_ object: JSONObject) {
        guard
            let username = object["granteeUsername"]?.stringValue,
            let role = object["role"]?.stringValue,
            let usage = UsageLimit(object)
        else { return nil }
        self.init(username: username, role: role, usage: usage)
    }
}
