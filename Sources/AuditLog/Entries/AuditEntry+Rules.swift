// SPDX-License-Identifier: Apache-2.0

extension AuditEntry {
    /// What rules can ask about a task beyond its classes. It holds no parameter of the task.
    public struct Content: Sendable, Hashable, Codable {
        /// The aggregator's class; absent if the task has none.
        public var aggregator: String?
        /// The pods that take part beside the dataset, `owner/name`, sorted.
        public var otherPods: [String]
        /// The model of each algorithm, in the order of `algorithms`; absent if they are not known.
        public var models: [Model]?

        /// Content.
        public init(aggregator: String?, otherPods: [String], models: [Model]?) {
            self.aggregator = aggregator
            self.otherPods = otherPods
            self.models = models
        }

        /// Whether an entry holds it whole.
        public var isWithinLimits: Bool {
            let models = models ?? []
            let texts = models.flatMap { [$0.className, $0.owner, $0.name, $0.version] } + [aggregator]
            return otherPods.count <= AuditEntryLimits.items && models.count <= AuditEntryLimits.items
                && (otherPods + texts.compactMap { $0 }).allSatisfy {
                    JSONText.escaped($0).count <= AuditEntryLimits.itemBytes
                }
        }

        enum CodingKeys: String, CodingKey {
            case aggregator = "aggregator"
            case otherPods = "other_pods"
            case models = "models"
        }
    }

    /// A model that an algorithm runs, as the request names it.
    public struct Model: Sendable, Hashable, Codable {
        /// Its class, which may be empty; absent if the algorithm runs no model, and then all else is absent, too.
        public var className: String?
        /// The username of its owner.
        public var owner: String?
        /// Its name.
        public var name: String?
        /// Its version.
        public var version: String?

        /// A model.
        public init(className: String? = nil, owner: String? = nil, name: String? = nil, version: String? = nil) {
            self.className = className
            self.owner = owner
            self.name = name
            self.version = version
        }

        enum CodingKeys: String, CodingKey {
            case className = "class"
            case owner = "owner"
            case name = "name"
            case version = "version"
        }
    }

    /// What the rules of the owner's policy file said.
    public struct RulesResult: Sendable, Hashable, Codable {
        /// SHA-256 of the policy file that was in force, lower-case hex.
        public var sha256: String?
        /// The rule that decided; absent if none did.
        public var rule: String?
        /// What the rules came to.
        public var result: String?
        /// The rule's reason, in the owner's words.
        public var reason: String?
        /// The moment whose time of day and counts were looked at: UTC with milliseconds.
        public var at: String?

        /// Creates a result.
        public init(
            sha256: String? = nil,
            rule: String? = nil,
            result: String? = nil,
            reason: String? = nil,
            at: String? = nil
        ) {
            self.sha256 = sha256
            self.rule = rule
            self.result = result
            self.reason = reason
            self.at = at
        }
    }

    func write(_ content: Content, to line: inout JSONLine) {
        line.openObject("content")
        if let aggregator = content.aggregator { line.string("aggregator", aggregator) }
        line.strings("other_pods", content.otherPods)
        if let models = content.models {
            line.objects("models", models) { model, line in
                if let className = model.className { line.string("class", className) }
                if let owner = model.owner { line.string("owner", owner) }
                if let name = model.name { line.string("name", name) }
                if let version = model.version { line.string("version", version) }
            }
        }
        line.closeObject()
    }

    func write(_ rules: RulesResult, to line: inout JSONLine) {
        line.openObject("rules")
        if let sha256 = rules.sha256 { line.string("sha256", sha256) }
        if let rule = rules.rule { line.string("rule", rule) }
        if let result = rules.result { line.string("result", result) }
        if let reason = rules.reason { line.string("reason", reason) }
        if let at = rules.at { line.string("at", at) }
        line.closeObject()
    }
}
