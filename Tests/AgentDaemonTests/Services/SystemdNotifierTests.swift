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

    @Test("The watchdog is fed at half its interval, and only by the process it is meant for")
    func watchdogInterval() {
        let ours = SystemdNotifier(environment: ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"], processID: 7)
        #expect(ours.watchdogInterval == .seconds(30))
        let others = SystemdNotifier(environment: ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"], processID: 8)
        #expect(others.watchdogInterval == nil)
        #expect(SystemdNotifier(environment: [:]).watchdogInterval == nil)
    }
}
