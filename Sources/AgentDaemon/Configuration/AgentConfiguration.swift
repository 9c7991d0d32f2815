// SPDX-License-Identifier: Apache-2.0

import Bitfount
public import Foundation
import SystemFiles

/// Everything that the data owner decides about an agent, read from YAML and the environment.
///
/// An agent has a pod, a FLAME node, or both.
///
/// `etc/pod-agent/agent.yaml` shows every key with its meaning and default. A key is looked up, in this order, in its own
/// `POD_AGENT_…` variable, in the `BITFOUNT_…` variable that the Python package knows it by, in the file, in the defaults.
public struct AgentConfiguration: Sendable {
    /// Where the command line looks when it is given no `--config`.
    public static let defaultPath = "/etc/pod-agent/agent.yaml"

    /// How long a configuration file may be, in bytes.
    static let maximumBytes = 1 << 20

    /// The variables by which other programs are told of a certificate authority; the file's own key comes before them.
    static let certificateAuthorityVariables = [
        "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    ]

    /// The services' addresses.
    public var services: ServicesConfiguration
    /// Where keys, the audit log and all other state live; mode 0700.
    public var stateDirectory: URL
    /// Who the agent is to Bitfount's services; `nil` where there is neither the section nor a pod.
    public var credentials: CredentialsConfiguration?
    /// The extra certificate authority for all TLS connections, as a PEM file; `nil` means the system's.
    public var certificateAuthorityFile: URL?
    /// The HTTP proxy for all connections; `nil` means what `HTTPS_PROXY` and its kin say.
    public var proxy: URL?
    /// The pod and its datasets; `nil` where there is none.
    public var pod: PodConfiguration?
    /// When and how the datasets are reported alive.
    public var heartbeat: HeartbeatConfiguration
    /// Which tasks the Access Manager is asked about at all.
    public var access: AccessConfiguration
    /// What bounds the work on tasks.
    public var limits: LimitsConfiguration
    /// The FLAME node; `nil` where there is none.
    public var flame: FlameConfiguration?
    /// How the audit log is kept and made provable.
    public var audit: AuditConfiguration
    /// Where the local status server listens.
    public var status: StatusConfiguration
    /// How the agent logs.
    public var log: LogConfiguration
    /// What was left out of account, one sentence each, for the person who runs the agent.
    public let warnings: [String]

    /// Reads a configuration file.
    ///
    /// - Throws: ``ConfigurationError`` naming file, line, key and what was expected; also if others can write the file: it
    ///   decides whom the agent trusts.
    public static func load(
        from file: URL,
        environment: [String: String]
    ) throws(ConfigurationError) -> AgentConfiguration {
        try AgentConfiguration(text: text(of: file), file: file, environment: environment)
    }

    /// The longest configuration file that is read, in bytes.
    static let maximumBytes = 4 << 20

    private static func text(of file: URL) throws(ConfigurationError) -> String {
        let bytes: Data
        do throws(FileError) {
            let opened = try ReadableFile(file)
            try opened.refuseWritableByOthers()
            let size = try opened.byteCount()
            guard size <= maximumBytes else { throw FileError(.failed, "it has \(size) bytes") }
            bytes = try opened.read(Int(size) + 1)
        } catch {
            let problem = error.code == .notPrivate ? error.message : "the configuration file can't be read: \(error)"
            throw ConfigurationError(source: file.path, problem: problem)
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
            throw ConfigurationError(source: file.path, problem: "the file is not UTF-8: save it with this encoding")
        }
        return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// Reads the text of a configuration file; relative paths in it start at the file's directory.
    public init(text: String, file: URL, environment: [String: String]) throws(ConfigurationError) {
        let document = try ConfigurationDocument(text: text, file: file, environment: environment)
        let top = try document.top()
        let paths = ConfigurationPaths(document)

        services = try ServicesConfiguration(top)
        stateDirectory =
            try top.value("state_directory", expected: "a path", parse: paths.resolve) ?? paths.defaultStateDirectory
        let tls = try top.section("tls")
        let authorities = document.variable(Self.certificateAuthorityVariables)?.value
        certificateAuthorityFile =
            try tls.value("ca_file", expected: "the path of a PEM file", parse: paths.resolve)
            ?? authorities.flatMap(paths.resolve)
        try tls.finish()
        proxy = try top.value(
            "proxy",
            expected: "the proxy's URL, such as http://proxy.example.com:3128",
            parse: ConfigurationValues.proxyURL
        )
        let podSection = try top.section("pod")
        let hasPod = document.has(podSection, named: "pod")
        let account = try top.section("credentials")
        credentials =
            hasPod || document.has(account, named: "credentials")
            ? try CredentialsConfiguration(account, paths: paths, environment: document) : nil
        pod = hasPod ? try PodConfiguration(podSection, paths: paths, stateDirectory: stateDirectory) : nil
        heartbeat = try HeartbeatConfiguration(top.section("heartbeat"))
        access = try AccessConfiguration(top.section("access"))
        limits = try LimitsConfiguration(top.section("limits"))
        for index in pod?.datasets.indices ?? 0..<0 { pod?.datasets[index].schemaLimits = limits.schema }
        flame = try FlameConfiguration(
            top.section("flame"),
            paths: paths,
            environment: document,
            stateDirectory: stateDirectory
        )
        audit = try AuditConfiguration(top.section("audit"), paths: paths, stateDirectory: stateDirectory)
        status = try StatusConfiguration(top.section("status"), paths: paths, stateDirectory: stateDirectory)
        log = try LogConfiguration(top.section("log"))
        warnings = Self.warnings(document)
        try top.finish()
        try document.refuseUnknownVariables()
        guard pod != nil || flame != nil else {
            throw top.error("pod", problem: "missing; expected the section pod, the section flame, or both")
        }
    }

    private static func warnings(_ document: ConfigurationDocument) -> [String] {
        guard let first = document.ignoredVariables.first else { return [] }
        let others = document.ignoredVariables.count - 1
        let variables = others == 0 ? "$\(first) is" : "$\(first) and \(others) more are"
        return ["\(variables) ignored: such variables come from a service in Kubernetes, not from a configuration"]
    }
}
