// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the local status server listens: health, metrics and `pod-agent status`.
public struct StatusConfiguration: Sendable {
    /// An address that only this machine can reach.
    public enum Address: Sendable, Equatable {
        /// A Unix socket.
        case unixSocket(path: String)
        /// A TCP port on loopback.
        case loopback(host: String, port: Int)
    }

    /// The longest path of a Unix socket that Linux takes, in bytes.
    static let maximumSocketPathBytes = 107

    /// The socket's name in its directory.
    static let socketName = "status.sock"

    /// Default: `status.sock` in the runtime directory, else in the state directory.
    public var address: Address
    /// The group whose members may decide about approvals over the Unix socket; `nil` for none.
    public var approversGroup: String?
    /// The group whose members may read health, status and metrics over the Unix socket; `nil` for none.
    public var monitorGroup: String?

    /// Who may what over the Unix socket.
    var access: StatusAccess { StatusAccess(approversGroup: approversGroup, monitorGroup: monitorGroup) }

    /// Where commands look as well: the place that the agent noted in its state directory; `nil` where `listen` says it.
    public var noted: Address? { stateDirectory.flatMap { StatusSocketLink(stateDirectory: $0).target } }

    private let stateDirectory: URL?

    init(
        _ section: ConfigurationSection,
        paths: ConfigurationPaths,
        stateDirectory: URL
    ) throws(ConfigurationError) {
        let listen = try section.value(
            "listen",
            expected: "unix:PATH or a loopback address such as 127.0.0.1:29209",
            parse: { Self.address($0, paths: paths) }
        )
        address =
            listen
            ?? .unixSocket(
                path: (paths.runtimeDirectory ?? stateDirectory).appendingPathComponent(Self.socketName).path
            )
        self.stateDirectory = listen == nil ? stateDirectory : nil
        if case .unixSocket(let path) = address,
            max(path.utf8.count, StatusSocket.stagingBytes(path)) > Self.maximumSocketPathBytes
        {
            throw section.error(
                "listen",
                problem: "expected a socket path of at most \(Self.maximumSocketPathBytes) bytes"
            )
        }
        approversGroup = try section.value("approvers_group", expected: "the name of a group", parse: Self.group)
        monitorGroup = try section.value("monitor_group", expected: "the name of a group", parse: Self.group)
        try section.finish()
    }

    private static func group(_ text: String) -> String? {
        text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.-]{0,63}/) == nil ? nil : text
    }

    private static func address(_ text: String, paths: ConfigurationPaths) -> Address? {
        if text.hasPrefix("unix:") {
            return paths.resolve(String(text.dropFirst(5))).map { .unixSocket(path: $0.path) }
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon].trimmingCharacters(in: ["[", "]"])
        guard ["127.0.0.1", "::1", "localhost"].contains(host) else { return nil }
        return .loopback(host: host, port: Int(port))
    }
}
