import Foundation
import Testing

@testable import AgentDaemon

@Suite("systemd notification")
struct SystemdNotifierTests {
    @Test("Datagrams arrive at the socket that systemd names")
    func sendsDatagrams() throws {
        let socket = try NotifySocket()
        let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": socket.path])
        notifier.ready(status: "2 datasets")
        notifier.watchdog()
        #expect(socket.receive() == "READY=1\nSTATUS=2 datasets")
        #expect(socket.receive() == "WATCHDOG=1")
    }

    @Test("The watchdog is fed at half its interval, and only by the process it is meant for")
    func watchdogInterval() {
        let ours = SystemdNotifier(environment: ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"], processID: 7)
        #expect(ours.watchdogInterval == .seconds(30))
        let others = SystemdNotifier(environment: ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"], processID: 8)
        #expect(others.watchdogInterval == nil)
        #expect(SystemdNotifier(environment: [:]).watchdogInterval == nil)
    }
}

/// The datagram socket of systemd.
final class NotifySocket: Sendable {
    let path: String
    private let descriptor: Int32

    init() throws {
        let name = "notify-\(UUID().uuidString.prefix(8))"
        path = FileManager.default.temporaryDirectory.appending(path: name).path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let isBound = withUnsafePointer(to: &address) { [descriptor] in
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        try #require(isBound)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next message; `nil` if none has come.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
