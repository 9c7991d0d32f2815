// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import AgentDaemon

@Suite("systemd notification")
struct SystemdNotifierTests {
    @Test("Datagrams arrive at the socket that systemd names")
    func sendsDatagrams() throws {
        let socket = try NotifySocket()
        let notifier = SystemdNotifier(environment: socket.environment)
        notifier.ready(status: "2 datasets")
        notifier.watchdog()
        #expect(socket.received() == ["READY=1\nSTATUS=2 datasets", "WATCHDOG=1"])
    }

    @Test("What a service said stays within the status line")
    func foreignText() throws {
        let socket = try NotifySocket()
        let notifier = SystemdNotifier(environment: socket.environment)
        let said = "refused\nWATCHDOG=trigger\r\nMAINPID=1\u{1B}[2J\u{202E}"
        notifier.status(said)
        notifier.ready(status: said)
        notifier.status(String(repeating: "x", count: 100_000))
        let line = #"STATUS=refused\nWATCHDOG=trigger\r\nMAINPID=1\u{1b}[2J\u{202e}"#
        let received = socket.received()
        #expect(received.prefix(2) == [line, "READY=1\n\(line)"])
        #expect(received.last?.count == "STATUS=".count + SystemdNotifier.maximumStatusLength)
        #expect(received.last?.hasSuffix("x…") == true)
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
