// SPDX-License-Identifier: Apache-2.0

/// What is known about one fact of a task.
///
/// A running agent knows nearly all of them. An entry of the audit log holds no parameters, and entries of older agents hold
/// less: what they don't say is never guessed.
public enum Fact<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The fact.
    case known(Value)
    /// It is not known, which is something else than that there is none.
    case notKnown

    /// A fact that is known if there is a value.
    public init(orNotKnown value: Value?) {
        if let value { self = .known(value) } else { self = .notKnown }
    }

    /// The value, if it is known.
    public var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    func map<Other>(_ transform: (Value) -> Other) -> Fact<Other> {
        switch self {
        case .known(let value): .known(transform(value))
        case .notKnown: .notKnown
        }
    }
}

/// What a policy can ask about a task.
public struct PolicyTask: Sendable, Hashable {
    /// The modeller's username.
    public var modeller: Fact<String>
    /// The project in whose name the task runs; `nil` if it names none.
    public var project: Fact<String?>
    /// The dataset that the task is meant for, as `owner/name`.
    public var dataset: Fact<String>
    /// The class of the protocol, such as `bitfount.ResultsOnly`.
    public var protocolClass: Fact<String>
    /// The algorithms of the protocol, in order.
    public var algorithms: Fact<[Algorithm]>
    /// The class of the aggregator; `nil` if there is none.
    public var aggregator: Fact<String?>
    /// The pods that take part beside the dataset, as `owner/name`.
    public var otherPods: Fact<[String]>
    /// How the modeller proves who they are.
    public var identity: Fact<IdentityMethod>

    /// A task of which nothing is known but what is given.
    public init(
        modeller: Fact<String> = .notKnown,
        project: Fact<String?> = .notKnown,
        dataset: Fact<String> = .notKnown,
        protocolClass: Fact<String> = .notKnown,
        algorithms: Fact<[Algorithm]> = .notKnown,
        aggregator: Fact<String?> = .notKnown,
        otherPods: Fact<[String]> = .notKnown,
        identity: Fact<IdentityMethod> = .notKnown
    ) {
        self.modeller = modeller
        self.project = project
        self.dataset = dataset
        self.protocolClass = protocolClass
        self.algorithms = algorithms
        self.aggregator = aggregator
        self.otherPods = otherPods
        self.identity = identity
    }

    /// One algorithm of a protocol.
    public struct Algorithm: Sendable, Hashable {
        /// Its class, such as `bitfount.SqlQuery`.
        public var className: String
        /// Its other members. A text, number or truth value is a list of one text, a list of such one of several; anything
        /// that is nested deeper is not known.
        public var arguments: Fact<[String: Fact<[String]>]>
        /// The model that it runs; `nil` if it runs none.
        public var model: Fact<Model?>

        /// An algorithm.
        public init(
            className: String,
            arguments: Fact<[String: Fact<[String]>]> = .notKnown,
            model: Fact<Model?> = .notKnown
        ) {
            self.className = className
            self.arguments = arguments
            self.model = model
        }
    }

    /// A model that an algorithm runs. The texts are as the request names them; `nil` where it names none.
    public struct Model: Sendable, Hashable {
        /// The class, `BitfountModelReference` for a model of the Hub.
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
    }

    /// How a modeller proves who they are; the raw values are the policy's words and the audit log's.
    public enum IdentityMethod: String, Sendable, Hashable, CaseIterable {
        /// A signature over the request.
        case signature = "signature"
        /// A device code that the modeller confirms in a browser.
        case oidcDeviceCode = "oidc-device-code"
        /// An authorization code.
        case oidcAuthorizationCode = "oidc-auth-code"
        /// A SAML response; first generation only.
        case saml = "saml"
    }
}
