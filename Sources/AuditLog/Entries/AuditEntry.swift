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
    /// What the Access Manager answered.
    public var accessManager: AccessManagerAnswer?
    /// What the owner's own policy said.
    public var policy: PolicyResult?
    /// What ran a task, and how that ended.
    public var run: Run?
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

    /// What ran a task, and how that ended. Where it says so, it is the runner's own word.
    public struct Run: Sendable, Hashable, Codable {
        /// How the runner was started: `exec`.
        public var mode: String?
        /// The package that the runner runs tasks with, by the runner's word.
        public var package: String?
        /// The package's version, by the runner's word.
        public var version: String?
        /// SHA-256 of how the runner found itself confined, lower-case hex.
        public var confinementSHA256: String?
        /// `completed`, `failed` or `cancelled`.
        public var outcome: String?
        /// Why it was not completed.
        public var reason: String?
        /// The class of the exception that ended the task, by the runner's word.
        public var exception: String?
        /// From the task's start to its end, in milliseconds.
        public var milliseconds: Int?
        /// Messages of the modeller that the runner got.
        public var messagesIn: Int?
        /// Messages of the runner that were passed to the modeller.
        public var messagesOut: Int?
        /// The content of these, in bytes.
        public var bytesOut: Int?
        /// SHA-256 over the SHA-256 of the content of each result, lower-case hex.
        public var resultsSHA256: String?
        /// Processor time in milliseconds, by the runner's word.
        public var cpuMilliseconds: Int?
        /// The most memory that the runner had, by its word.
        public var maximumResidentKiB: Int?

        /// Creates a run of which nothing is known.
        public init() {}

        enum CodingKeys: String, CodingKey {
            case mode = "mode"
            case package = "package"
            case version = "version"
            case confinementSHA256 = "confinement_sha256"
            case outcome = "outcome"
            case reason = "reason"
            case exception = "exception"
            case milliseconds = "ms"
            case messagesIn = "messages_in"
            case messagesOut = "messages_out"
            case bytesOut = "bytes_out"
            case resultsSHA256 = "results_sha256"
            case cpuMilliseconds = "cpu_ms"
            case maximumResidentKiB = "max_rss_kib"
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
