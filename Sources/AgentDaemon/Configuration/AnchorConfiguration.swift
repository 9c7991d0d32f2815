// SPDX-License-Identifier: Apache-2.0

import Bitfount
public import Foundation

/// A place outside of the state directory where checkpoints are shown, so that a rewritten log can be told.
public enum AnchorConfiguration: Sendable, Equatable {
    /// How syslog messages travel.
    public enum Transport: String, Sendable {
        case udp
        case tcp
        case tls
    }

    /// systemd's journal.
    case journald
    /// A file to which lines are appended, best on another machine's disk.
    case file(URL)
    /// A syslog server (RFC 5424); the certificate authority is for TLS.
    case syslog(host: String, port: Int, Transport, certificateAuthorityFile: URL?)
    /// A URL to which JSON is posted, with a bearer token from a file of mode 0600 if one is given.
    case webhook(URL, tokenFile: URL?)

    init(_ section: ConfigurationSection, paths: ConfigurationPaths) throws(ConfigurationError) {
        let kind = try section.value("kind", expected: "journald, file, syslog or webhook") { $0 } ?? ""
        switch kind {
        case "journald":
            self = .journald
        case "file":
            guard let file = try section.value("path", expected: "a path", parse: paths.resolve) else {
                throw section.error("path", problem: "expected the path of a file")
            }
            self = .file(file)
        case "syslog":
            let address = try section.value(
                "address",
                expected: Self.expectedAddress,
                parse: Self.address
            )
            guard let (host, port, transport) = address else {
                throw section.error("address", problem: "expected \(Self.expectedAddress)")
            }
            let authority = try section.value("ca_file", expected: "the path of a PEM file", parse: paths.resolve)
            self = .syslog(host: host, port: port, transport, certificateAuthorityFile: authority)
        case "webhook":
            let expected = ConfigurationValues.expectedServiceURL
            guard let url = try section.value("url", expected: expected, parse: ConfigurationValues.serviceURL) else {
                throw section.error("url", problem: "expected \(expected)")
            }
            self = .webhook(url, tokenFile: try section.value("token_file", expected: "a path", parse: paths.resolve))
        default:
            throw section.error("kind", problem: "expected journald, file, syslog or webhook")
        }
        try section.finish()
    }

    private static let expectedAddress = "an address such as tls://log.example.com:6514 (udp, tcp or tls)"

    private static func address(_ text: String) -> (String, Int, Transport)? {
        guard let components = URLComponents(string: text), let host = components.host, !host.isEmpty,
            let transport = components.scheme.flatMap(Transport.init), components.path.isEmpty
        else { return nil }
        return (host, components.port ?? (transport == .tls ? 6514 : 514), transport)
    }
}
