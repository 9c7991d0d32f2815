// SPDX-License-Identifier: Apache-2.0

public import Bitfount
import Cryptography
import Foundation
public import HTTPTransport
import Logging
import SystemFiles

/// The clients of the services, made from a configuration; for the daemon and for single commands.
public struct AgentClients: Sendable {
    /// The transport that all clients share.
    public let http: HTTPClient
    /// Who the agent is to the services.
    public let session: BitfountSession
    /// The Hub.
    public let hub: HubClient
    /// The Access Manager.
    public let accessManager: AccessManagerClient
    /// The service that pairs users with systems of health records.
    public let smartOnFHIR: SMARTOnFHIRClient
    let oauth: OAuthClient

    /// Makes the clients; nothing is sent yet.
    ///
    /// - Throws: ``AgentFailure`` where the configuration has no section for them, or credentials are missing, can't be read or are readable by others.
    public init(_ configuration: AgentConfiguration) throws(AgentFailure) {
        let credentials = try configuration.requiredCredentials().load()
        self.init(configuration, as: credentials, http: configuration.httpClient())
    }

    init(_ configuration: AgentConfiguration, as credentials: Credentials, http: HTTPClient) {
        self.http = http
        let environment = configuration.services.environment
        session = BitfountSession(
            environment: environment,
            credentials: credentials,
            http: http,
            logger: Logger(label: "session")
        )
        hub = HubClient(session: session, http: http)
        accessManager = AccessManagerClient(session: session, http: http)
        smartOnFHIR = SMARTOnFHIRClient(session: session, http: http)
        oauth = OAuthClient(environment: environment, http: http)
    }
}

extension AgentConfiguration {
    /// How requests find their way.
    var httpProxy: HTTPProxy { proxy.map { .url($0) } ?? .environment }

    /// The way to all services, through the proxy and with the authorities that are configured.
    func httpClient() -> HTTPClient {
        var transport = HTTPClientConfiguration()
        transport.caFile = certificateAuthorityFile
        transport.proxy = httpProxy
        transport.userAgent = AgentVersion.agent
        transport.maximumConnectionsPerHost = HeartbeatService.concurrentCalls
        return HTTPClient(transport, logger: Logger(label: "http"))
    }
}

extension CredentialsConfiguration {
    /// Reads the secrets.
    func load() throws(AgentFailure) -> Credentials {
        switch source {
        case .apiKey(let id, let key):
            return .apiKey(id: id, key: key, username: username ?? "")
        case .apiKeyFiles(let id, let key):
            return .apiKey(id: try Self.secret(id), key: try Self.secret(key), username: username ?? "")
        case .tokenFile(let file):
            return .tokenFile(TokenFile(url: file), username: username)
        }
    }

    /// The text of a file that only the agent may read, without what surrounds it: line ends, a byte order mark.
    static func secret(_ file: URL) throws(AgentFailure) -> Secret {
        let bytes: [UInt8]
        do {
            bytes = try SecretFile(file).load().reveal()
        } catch {
            let hint = error.code == .fileNotPrivate ? nil : "is the path right, and may this account read it?"
            throw AgentFailure(.denied, error.message, hint: hint, underlying: error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AgentFailure(.denied, "\(file.path) is not UTF-8", hint: "save it with this encoding")
        }
        do {
            guard let secret = try SecretText.read(text) else { throw AgentFailure(.denied, "\(file.path) is empty") }
            return Secret(secret)
        } catch let failure as AgentFailure {
            throw failure
        } catch {
            throw AgentFailure(.denied, "\(file.path) \(SecretText.Fault.problem)")
        }
    }
}
