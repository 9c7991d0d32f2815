// SPDX-License-Identifier: Apache-2.0

public import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Tells systemd about the service's state through the datagram socket named by `NOTIFY_SOCKET`.
///
/// Without that variable all calls do nothing, so the agent runs the same in a terminal.
public struct SystemdNotifier: Sendable {
    private let socketPath: String?
    /// How often `WATCHDOG=1` is due: half of what the unit allows; `nil` where the unit asks for none.
    public let watchdogInterval: Duration?

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    public init(environment: [String: String], processID: Int32 = getpid()) {
        socketPath = environment["NOTIFY_SOCKET"]
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init)
        watchdogInterval = isForUs ? microseconds.flatMap { $0 > 1 ? .microseconds($0 / 2) : nil } : nil
    }

    /// The agent is registered and listening.
    public func ready(status: String) { send("READY=1\nSTATUS=\(status)") }

    /// One line for `systemctl status`.
    public func status(_ text: String) { send("STATUS=\(text)") }

    /// Every loop is alive.
    public func watchdog() { send("WATCHDOG=1") }

    /// The agent is stopping.
    public func stopping() { send("STOPPING=1\nSTATUS=stopping") }

    private func send(_ message: String) {
        guard let socketPath else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(socketPath.utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        // A leading @ names a socket in the abstract name space.
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path).map { $0 + path.count } ?? 0)

        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        // systemd's own sd_notify is best effort too: a lost datagram shows as a missing READY or watchdog.
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
