// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Cryptography
import FlameNode
import Foundation
import HTTPTransport
import SystemFiles

/// What stands in the way of a start although the configuration itself can be read: the files that it names, and values that
/// only their users can judge.
///
/// Nothing is sent, and nothing is made: keys and directories that the start would make may be missing.
public struct ConfigurationCheck {
    private let configuration: AgentConfiguration
    private let source: String
    private let environment: [String: String]

    /// - Parameters:
    ///   - configuration: What was read.
    ///   - source: The name of the file that it was read from.
    ///   - environment: The environment that the agent would run in.
    public init(_ configuration: AgentConfiguration, source: String, environment: [String: String]) {
        self.configuration = configuration
        self.source = source
        self.environment = environment
    }

    /// Everything that is found, in the order of the sections.
    public func faults() -> [ConfigurationError] {
        var faults = Faults(source: source)
        checkState(&faults)
        let http = configuration.httpClient()
        defer { http.shutdown() }
        checkTransport(&faults)
        if let pod = configuration.pod { checkPod(pod, http, &faults) }
        if let flame = configuration.flame { checkFlame(flame, &faults) }
        checkAudit(http, &faults)
        checkStatus(&faults)
        return faults.found
    }

    private func checkState(_ faults: inout Faults) {
        let directory = configuration.stateDirectory
        faults.check("state_directory") {
            if try FilePresence.check(directory) { try PrivateDirectory.check(directory) }
        }
        guard configuration.pod != nil else { return }
        faults.check("instance_id") {
            let isGiven = environment["BITFOUNT_INSTALLATION_UUID"]?.isEmpty == false
            guard try isGiven || FilePresence.check(directory.appendingPathComponent("instance_id")) else { return }
            _ = try InstanceID.load(from: directory, environment: environment)
        }
    }

    private func checkTransport(_ faults: inout Faults) {
        if let authority = configuration.certificateAuthorityFile {
            faults.check("tls.ca_file") { try Self.requireCertificates(authority) }
        }
        faults.check("proxy") {
            do throws(HTTPError) {
                try configuration.httpProxy.check(environment: environment)
            } catch {
                throw AgentFailure(.configuration, error.message)
            }
        }
    }

    private func checkPod(_ pod: PodConfiguration, _ http: HTTPClient, _ faults: inout Faults) {
        checkAccount(&faults)
        // The proxy and the authority serve HTTP, too, but gRPC takes fewer kinds of them.
        faults.check("message_service") { _ = try configuration.messageServiceClient { [] } }
        faults.check("storage.allowed_hosts") { _ = try configuration.requestBodyFetcher(http: http) }
        faults.check("pod.key_file") {
            let store = PodKeyStore(privateKeyFile: pod.keyFile)
            // With both halves there nothing is written.
            if try FilePresence.check(store.publicKeyFile) {
                _ = try store.load()
            } else if try FilePresence.check(pod.keyFile) {
                let text = try SecretFile(pod.keyFile).load()
                _ = try CryptographyError.naming(pod.keyFile) { () throws(CryptographyError) in try RSAPrivateKey(text) }
            }
        }
        for (index, dataset) in pod.datasets.enumerated() {
            for (key, file) in [("schema_file", dataset.schemaFile), ("csv_file", dataset.csvFile)] {
                guard let file, let fault = DatasetSource(reading: [file]).fault else { continue }
                let explanation = file.isDirectory ? "a directory is in the place of a file" : fault.explanation
                faults.add("pod.datasets[\(index)].\(key)", "\(explanation): \(file.path)")
            }
        }
    }

    private func checkAccount(_ faults: inout Faults) {
        guard let account = configuration.credentials else { return }
        let environment = configuration.services.environment
        let key =
            switch account.source {
            case .apiKeyFiles, .apiKey: "credentials.api_key_file"
            case .tokenFile: "credentials.token_file"
            }
        faults.check(key) {
            let credentials = try account.load()
            guard case .tokenFile(let file, _) = credentials else { return }
            guard let login = try file.load(for: LoginSettings(environment: environment)) else {
                throw AgentFailure(.denied, "there is no API key, and no login in \(file.url.path)")
            }
            guard let username = login.username ?? account.username else {
                throw AgentFailure(.denied, "the stored login does not say whose it is")
            }
            guard account.username == nil || account.username == username else {
                throw AgentFailure(.denied, "the stored login is not that of credentials.username")
            }
        }
    }

    private func checkFlame(_ flame: FlameConfiguration, _ faults: inout Faults) {
        switch flame.identity {
        case .client(_, let file):
            faults.check("flame.client_secret_file") { _ = try CredentialsConfiguration.secret(file) }
        case .robot(_, let file):
            faults.check("flame.robot_secret_file") { _ = try CredentialsConfiguration.secret(file) }
        }
        if let owner = flame.owner {
            faults.check("flame.owner.password_file") { _ = try CredentialsConfiguration.secret(owner.passwordFile) }
        }
        faults.check("flame.key_file") {
            let file = SecretFile(flame.keyFile)
            guard try file.exists() else { return }
            let text = try file.load()
            _ = try CryptographyError.naming(flame.keyFile) { () throws(CryptographyError) in try P256KeyPair(text) }
        }
    }

    private func checkAudit(_ http: HTTPClient, _ faults: inout Faults) {
        for (index, anchor) in configuration.audit.anchors.enumerated() {
            let section = "audit.anchors[\(index)]"
            switch anchor {
            case .journald: continue
            case .file(let file):
                faults.check("\(section).path") { try Self.requireDirectory(file.deletingLastPathComponent()) }
            case .syslog(_, _, _, let authority):
                if let authority { faults.check("\(section).ca_file") { try Self.requireCertificates(authority) } }
            case .webhook:
                faults.check("\(section).token_file") { _ = try anchor.anchor(http: http) }
            }
        }
    }

    private func checkStatus(_ faults: inout Faults) {
        let groups = [
            ("approvers_group", configuration.status.approversGroup), ("monitor_group", configuration.status.monitorGroup),
        ]
        for (key, group) in groups {
            guard let group, !UserGroups.exists(group) else { continue }
            faults.add("status.\(key)", "there is no group \(group)")
        }
    }

    private static func requireCertificates(_ file: URL) throws {
        let text = String(decoding: try ReadableFile(file).read(maximumCertificateBytes), as: UTF8.self)
        guard text.contains("CERTIFICATE-----") else {
            throw AgentFailure(.input, "\(file.path) has no certificate in PEM")
        }
    }

    /// The first certificate of an authority is found in as many bytes.
    private static let maximumCertificateBytes = 64 << 10

    private static func requireDirectory(_ directory: URL) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory.path, isDirectory: &isDirectory), isDirectory.boolValue
        else { throw AgentFailure(.input, "\(directory.path) is not a directory") }
    }
}

extension URL {
    fileprivate var isDirectory: Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}

/// What was found so far.
private struct Faults {
    let source: String
    private(set) var found: [ConfigurationError] = []

    init(source: String) {
        self.source = source
    }

    mutating func add(_ key: String, _ problem: String) {
        found.append(ConfigurationError(source: source, key: key, problem: problem))
    }

    mutating func check(_ key: String, _ work: () throws -> Void) {
        do {
            try work()
        } catch let error as ConfigurationError {
            add(key, error.problem)
        } catch {
            add(key, AgentFailure(describing: error).message)
        }
    }
}
