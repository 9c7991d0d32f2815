// SPDX-License-Identifier: Apache-2.0

/// One thing that happened, as the audit log is asked to keep it.
///
/// The log adds `seq`, `id`, `at`, `boot` and `mono_ns` when it records the entry. Absent fields are left out of the
/// stored line. Never put a token, a key, an identity provider's payload or a task parameter into any field.
public struct AuditEntry: Sendable, Hashable {
    /// What happened.
    public var type: AuditEntryType
    /// The pod's identifier, `owner/name`.
    public var pod: String?
    /// The dataset's identifier or name.
    public var dataset: String?
    /// The task id as the modeller's side sent it.
    public var task: String?
    /// The project that the request named; not authenticated.
    public var project: String?
    /// SHA-256 of the encrypted request, lower-case hex.
    public var requestSHA256: String?
    /// The modeller's username.
    public var modeller: String?
    /// How the modeller proved who they are.
    public var method: Method?
    /// The id of the modeller's public key, for signatures.
    public var keyID: String?
    /// The protocol's class name.
    public var protocolName: String?
    /// The algorithms' class names.
    public var algorithms: [String]?
    /// SHA-256 of the canonical inner protocol, lower-case hex.
    public var protocolSHA256: String?
    /// What the task is made of, beyond the classes above.
    public var content: Content?
    /// What the Access Manager answered.
    public var accessManager: AccessManagerAnswer?
    /// What the owner's own policy said.
    public var policy: PolicyResult?
    /// What the rules of the owner's policy file said.
    public var rules: RulesResult?
    /// The approvals that the decision rests on.
    public var approvals: [String]?
    /// What was decided.
    public var decision: Decision?
    /// Who decided.
    public var by: Authority?
    /// Why, from the closed list of the feature that decides.
    public var reason: String?
    /// The agent's name and version.
    public var agent: String?
    /// A pointer to something outside the entry, such as a reply's id or a checkpoint's size and root.
    public var reference: String?

    /// Creates an entry with all other fields absent.
    ///
    /// - Parameter type: What happened.
    public init(_ type: AuditEntryType) {
        self.type = type
    }

    /// How a modeller proved who they are.
    public enum Method: String, Sendable, CaseIterable, Codable {
        /// A signature over the encrypted request; no further exchange.
        case signature = "signature"
        /// A device code that the modeller confirms in a browser while the agent polls.
        case oidcDeviceCode = "oidc-device-code"
        /// An authorization code with PKCE that the agent exchanges.
        case oidcAuthorizationCode = "oidc-auth-code"
        /// A SAML response to a challenge of the Access Manager; first generation only.
        case saml = "saml"
    }

    /// What was decided.
    public enum Decision: String, Sendable, CaseIterable, Codable {
        case accept = "accept"
        case reject = "reject"
    }

    /// Who decided.
    public enum Authority: String, Sendable, CaseIterable, Codable {
        /// The Access Manager answered with a known code and its word stands.
        case accessManager = "access-manager"
        /// The data owner's configured policy.
        case policy = "policy"
        /// A person, by hand.
        case `operator` = "operator"
        /// Nobody said yes: a check failed, something was unreachable or not understood.
        case failClosed = "fail-closed"
    }

    /// What the Access Manager answered.
    public struct AccessManagerAnswer: Sendable, Hashable, Codable {
        /// The HTTP status; absent if no answer came.
        public var status: Int?
        /// The verdict's code as it was sent, known or not.
        public var code: String?
        /// SHA-256 of the usage limits as they were sent, lower-case hex.
        public var limitsSHA256: String?
        /// How long the call took, in milliseconds.
        public var milliseconds: Int?

        /// Creates an answer.
        public init(
            status: Int? = nil,
            code: String? = nil,
            limitsSHA256: String? = nil,
            milliseconds: Int? = nil
        ) {
            self.status = status
            self.code = code
            self.limitsSHA256 = limitsSHA256
            self.milliseconds = milliseconds
        }

        enum CodingKeys: String, CodingKey {
            case status = "status"
            case code = "code"
            case limitsSHA256 = "limits_sha256"
            case milliseconds = "ms"
        }
    }

    /// What the owner's own policy said.
    public struct PolicyResult: Sendable, Hashable, Codable {
        /// SHA-256 of the policy that was in force, lower-case hex.
        public var sha256: String?
        /// The rule that decided.
        public var rule: String?
        /// The rule's result.
        public var result: String?

        /// Creates a result.
        public init(sha256: String? = nil, rule: String? = nil, result: String? = nil) {
            self.sha256 = sha256
            self.rule = rule
            self.result = result
        }
    }
}
