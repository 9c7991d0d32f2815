// SPDX-License-Identifier: Apache-2.0

import Bitfount
public import FlameNode
public import Foundation

/// The FLAME node that the agent keeps in step with its Hub.
public struct FlameConfiguration: Sendable {
    /// A data owner who decides about approvals; used for single calls only.
    public struct Owner: Sendable {
        /// The user's name.
        public var username: String
        /// The file with the password, mode 0600.
        public var passwordFile: URL
        /// The name of the user's realm; `nil` means the Hub's default.
        public var realm: String?
    }

    /// The base URL of Auth.
    public var authURL: URL
    /// The base URL of Core.
    public var coreURL: URL
    /// The base URL of Storage.
    public var storageURL: URL
    /// Which node it is.
    public var node: FlameNodeName
    /// What the node signs in as.
    public var identity: FlameNodeIdentity
    /// Who decides about approvals from this machine; `nil` leaves that to the Hub's pages.
    public var owner: Owner?
    /// From one look at the Hub to the next, ±20 %; at least 1 s, default 30 s, and a third of it while an analysis runs.
    public var interval: Duration
    /// Where consent comes from; has no default.
    public var consent: FlameConsentSource
    /// The node's P-256 key; made at the first start where it does not exist.
    public var keyFile: URL

    /// - Returns: `nil` where the section is left out.
    init?(
        _ section: ConfigurationSection,
        paths: ConfigurationPaths,
        environment: ConfigurationDocument,
        stateDirectory: URL
    ) throws(ConfigurationError) {
        guard environment.has(section, named: "flame") else {
            // An empty section is one that is left out; its keys are known all the same.
            return nil
        }
        authURL = try Self.url("auth_url", in: section)
        coreURL = try Self.url("core_url", in: section)
        storageURL = try Self.url("storage_url", in: section)
        node = try Self.node(section)
        identity = try Self.identity(section, paths: paths)
        owner = try Self.owner(section.section("owner"), paths: paths)
        interval =
            try section.value(
                "interval",
                expected: "a duration such as 30s, at least 1s",
                parse: { ConfigurationValues.duration($0, least: .seconds(1)) }
            ) ?? .seconds(30)
        let expected = "manual or follow-hub: whether the Hub's approval alone lets an analysis run"
        let consent = try section.value("consent", expected: expected, parse: FlameConsentSource.init(rawValue:))
        guard let consent else { throw section.error("consent", problem: "missing; expected \(expected)") }
        self.consent = consent
        keyFile =
            try section.value("key_file", expected: "a path", parse: paths.resolve)
            ?? stateDirectory.appendingPathComponent("keys/flame_p256.pem")
        try section.finish()
        guard Self.isSignInIdentifying(node, identity) else {
            throw section.error("node_id", problem: "missing; expected beside a client that is given by its name")
        }
    }

    private static func url(_ name: String, in section: ConfigurationSection) throws(ConfigurationError) -> URL {
        let url = try section.value(
            name,
            expected: ConfigurationValues.expectedServiceURL,
            parse: ConfigurationValues.serviceURL
        )
        guard let url else {
            throw section.error(name, problem: "missing; expected \(ConfigurationValues.expectedServiceURL)")
        }
        return url
    }

    private static func node(_ section: ConfigurationSection) throws(ConfigurationError) -> FlameNodeName {
        let id = try section.value("node_id", expected: "a UUID") { UUID(uuidString: $0)?.uuidString.lowercased() }
        let name = try section.value("node_name", expected: "the node's name", parse: { $0 })
        let realm = try section.value("realm", expected: "the name or the id of the node's realm", parse: { $0 })
        switch (id, name, realm) {
        case (let id?, nil, nil): return .id(id)
        case (nil, let name?, let realm?): return .name(name, realm: realm)
        case (nil, nil, nil): return .client
        case (.some, _, _):
            throw section.error("node_id", problem: "expected node_id, or node_name and realm, not both")
        case (nil, _, _): throw section.error("node_name", problem: "expected node_name and realm together")
        }
    }

    private static func identity(
        _ section: ConfigurationSection,
        paths: ConfigurationPaths
    ) throws(ConfigurationError) -> FlameNodeIdentity {
        let client = try section.value("client_id", expected: "the client's id", parse: { $0 })
        let clientSecret =
            try section.value("client_secret_file", expected: "a path", parse: paths.resolve)
            ?? paths.systemdCredential("flame_client_secret")
        let robot = try section.value("robot_id", expected: "the robot's id", parse: { $0 })
        let robotSecret =
            try section.value("robot_secret_file", expected: "a path", parse: paths.resolve)
            ?? paths.systemdCredential("flame_robot_secret")
        switch (client, robot) {
        case (let client?, nil):
            guard let clientSecret else {
                throw section.error("client_secret_file", problem: "expected beside client_id")
            }
            return .client(id: client, secretFile: clientSecret)
        case (nil, let robot?):
            guard let robotSecret else { throw section.error("robot_secret_file", problem: "expected beside robot_id") }
            return .robot(id: robot, secretFile: robotSecret)
        default: throw section.error("client_id", problem: "expected client_id, or robot_id on hubs before 0.8.22")
        }
    }

    private static func owner(
        _ section: ConfigurationSection,
        paths: ConfigurationPaths
    ) throws(ConfigurationError) -> Owner? {
        let username = try section.value("username", expected: "a user's name", parse: { $0 })
        let file =
            try section.value("password_file", expected: "a path", parse: paths.resolve)
            ?? paths.systemdCredential("flame_owner_password")
        let realm = try section.value("realm", expected: "the name of the user's realm", parse: { $0 })
        try section.finish()
        switch (username, file) {
        case (nil, nil): return nil
        case (let username?, let file?): return Owner(username: username, passwordFile: file, realm: realm)
        case (nil, .some): throw section.error("username", problem: "expected beside password_file")
        case (.some, nil): throw section.error("password_file", problem: "expected beside username")
        }
    }

    /// The Hub can be asked for a client's node only by the client's id.
    private static func isSignInIdentifying(_ node: FlameNodeName, _ identity: FlameNodeIdentity) -> Bool {
        guard node == .client else { return true }
        switch identity {
        case .client(let id, _), .robot(let id, _): return UUID(uuidString: id) != nil
        }
    }
}
