// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Offloading
import Timekeeping

/// Sends each checkpoint to a syslog server, as an RFC 5424 message with the checkpoint's parts as structured data.
public struct SyslogAnchor: CheckpointAnchor {
    /// How messages travel.
    public enum Transport: Sendable, Hashable {
        /// One datagram each (RFC 5426): nobody notices if one is lost.
        case udp
        /// A connection without encryption (RFC 6587).
        case tcp
        /// A connection with TLS 1.2 or newer (RFC 5425). The server's certificate is verified, with the
        /// certificates in `caFile` if one is given and the system's if not.
        case tls(caFile: String?)
    }

    /// `syslog`, transport, host and port.
    public let name: String
    private let host: String
    private let port: Int
    private let transport: Transport
    private let sender: String
    private let wallClock: @Sendable () -> Date
    private let queue = WorkQueue(label: "pod-agent.audit.anchor.syslog")

    /// An anchor on a syslog server.
    ///
    /// - Parameters:
    ///   - host: The server's name or address.
    ///   - port: Its port; by custom 514 for UDP and TCP, 6514 for TLS.
    ///   - transport: How messages travel.
    ///   - sender: This machine's name, as messages say it.
    ///   - wallClock: The time that messages say.
    public init(
        host: String,
        port: Int,
        transport: Transport,
        sender: String,
        wallClock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.host = host
        self.port = port
        self.transport = transport
        self.sender = sender
        self.wallClock = wallClock
        let scheme =
            switch transport {
            case .udp: "udp"
            case .tcp: "tcp"
            case .tls: "tls"
            }
        name = "syslog \(scheme)://\(host):\(port)"
    }

    /// Sends one message.
    public func publish(_ checkpoint: SignedCheckpoint) async throws {
        let message = Array(line(checkpoint).utf8)
        try await queue.run { [host, port, transport] () throws(AnchorError) in
            switch transport {
            case .udp: try DatagramSocket.send(message, toHost: host, port: port)
            case .tcp: try StreamSocket.send(Self.framed(message), toHost: host, port: port, security: .none)
            case .tls(let caFile):
                try StreamSocket.send(Self.framed(message), toHost: host, port: port, security: .tls(caFile: caFile))
            }
        }
    }

    /// The message, without framing.
    func line(_ checkpoint: SignedCheckpoint) -> String {
        let body = checkpoint.checkpoint
        let parameters = [
            ("origin", body.origin), ("size", "\(body.size)"), ("root", body.root.base64),
            ("signature", AnchorText.signature(checkpoint)),
        ]
        return SyslogLine(
            severity: 5,
            milliseconds: ISO8601.milliseconds(of: wallClock()),
            host: sender,
            messageID: "audit.checkpoint",
            structuredData: ("checkpoint", parameters),
            message: AnchorText.sentence(checkpoint)
        ).text
    }

    /// On connections each message is preceded by its length (octet counting).
    private static func framed(_ message: [UInt8]) -> [UInt8] {
        Array("\(message.count) ".utf8) + message
    }
}
