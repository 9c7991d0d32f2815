import Foundation
import Health
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("The watchdog", .timeLimit(.minutes(1))) struct WatchdogServiceTests {
    private let socket: NotifySocket
    private let clock = ManualClock()
    private let health = AgentHealth(components: [.audit, .heartbeat])

    init() throws {
        socket = try NotifySocket()
    }

    private func service(_ activity: LoopActivity, watchdog: String? = nil) -> WatchdogService {
        var environment = ["NOTIFY_SOCKET": socket.path]
        environment["WATCHDOG_USEC"] = watchdog
        return WatchdogService(
            notifier: SystemdNotifier(environment: environment),
            health: health,
            activity: activity,
            clock: clock
        )
    }

    @Test("As long as all loops go round it is fed, with a status line that says what is wrong")
    func fed() async throws {
        health.succeeded(.heartbeat)
        health.failed(.audit, "the disk is full")
        let service = service(LoopActivity(), watchdog: "60000000")
        try await whileRunning(service.run) {
            await clock.waitForSleepers(1)
            #expect(socket.receive() == "WATCHDOG=1")
            #expect(socket.receive() == "STATUS=not ready: audit: the disk is full")
            health.succeeded(.audit)
            clock.advance(by: WatchdogService.statusInterval)
            await clock.waitForSleepers(1)
            #expect(socket.receive() == "WATCHDOG=1")
            #expect(socket.receive() == "STATUS=ready")
        }
        #expect(socket.receive() == "STOPPING=1\nSTATUS=stopping")
    }

    @Test("A loop that is stuck lets it starve; the status goes on")
    func stuckLoop() async throws {
        let now = Mutex(ContinuousClock.now)
        let activity = LoopActivity(now: { now.withLock { $0 } })
        activity.note("mailbox")
        now.withLock { $0 += LoopActivity.patience + .seconds(1) }
        let service = service(activity, watchdog: "60000000")
        try await whileRunning(service.run) {
            await clock.waitForSleepers(1)
            #expect(socket.receive()?.hasPrefix("STATUS=not ready: ") == true)
            activity.note("mailbox")
            clock.advance(by: WatchdogService.statusInterval)
            await clock.waitForSleepers(1)
            #expect(socket.receive() == "WATCHDOG=1")
        }
    }

    @Test("A short watchdog is fed twice in its time")
    func shortWatchdog() async throws {
        let service = service(LoopActivity(), watchdog: "4000000")
        try await whileRunning(service.run) {
            await clock.waitForSleeper(dueAtOrAfter: .seconds(2))
            await clock.waitForSleeper(dueBefore: .seconds(2.1))
        }
    }

    @Test("The status line names every problem in a fixed order")
    func line() {
        #expect(WatchdogService.line([:]) == "ready")
        health.failed(.heartbeat, "no answer")
        health.failed(.audit, "the disk is full")
        #expect(
            WatchdogService.line(health.snapshot()) == "not ready: audit: the disk is full; heartbeat: no answer"
        )
    }
}
