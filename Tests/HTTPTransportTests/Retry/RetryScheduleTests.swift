// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPTransport

struct RetryScheduleTests {
    static let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT

    func schedule(_ policy: RetryPolicy = .standard, random: Double = 0.5) -> RetrySchedule {
        RetrySchedule(policy, random: { random }, wallClock: { Self.now })
    }

    func response(_ status: Int, retryAfter: String? = nil) -> HTTPResponseHead {
        HTTPResponseHead(status: status, headers: retryAfter.map { ["Retry-After": $0] } ?? [:])
    }

    @Test func rangeDoublesUpToTheMaximum() {
        var policy = RetryPolicy()
        policy.maximumAttempts = 9
        policy.maximumDelay = .seconds(10)
        var schedule = schedule(policy)
        let delays = (0..<9).map { _ in schedule.delay(after: response(503)) }
        #expect(delays == [0.5, 1, 2, 4, 5, 5, 5, 5].map { Duration.seconds($0) } + [nil])
        #expect(schedule.attempts == 9)
    }

    @Test(arguments: [(0.0, 0.0), (0.25, 0.25), (0.999, 0.999), (7, 1), (-1, 0)])
    func jitterIsTheRandomPartOfTheRange(_ random: Double, _ seconds: Double) {
        var schedule = schedule(random: random)
        #expect(schedule.delay(after: response(503)) == .seconds(seconds))
    }

    @Test(arguments: [200, 304, 400, 401, 404, 408, 500, 501])
    func otherStatusesAreFinal(_ status: Int) {
        var schedule = schedule()
        #expect(schedule.delay(after: response(status)) == nil)
    }

    @Test(arguments: [429, 502, 503, 504])
    func retriedStatuses(_ status: Int) {
        var schedule = schedule()
        #expect(schedule.delay(after: response(status)) == .seconds(0.5))
    }

    @Test(arguments: [
        ("0", 0.5), ("2", 2), ("300", 300), ("301", 300), ("99999999999999999999999", 300),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sun, 06 Nov 1994 08:49:27 GMT", 0.5),
        ("Sun, 06 Nov 2094 08:49:27 GMT", 300), ("", 0.5), ("-1", 0.5), ("1.5", 0.5), ("soon", 0.5), ("٣", 0.5),
    ])
    func retryAfterIsTheLeastWaitUpToItsMaximum(_ value: String, _ seconds: Double) {
        var schedule = schedule()
        #expect(schedule.delay(after: response(429, retryAfter: value)) == .seconds(seconds))
    }

    @Test func onlyTransientErrorsAreTriedAgain() {
        for code in HTTPError.Code.allCases {
            var schedule = schedule()
            let isTransient = [.connectionFailed, .connectionLost, .timedOut].contains(code)
            #expect((schedule.delay(after: HTTPError(code, "")) != nil) == isTransient)
        }
        var policy = RetryPolicy()
        policy.retriesConnectionErrors = false
        var schedule = schedule(policy)
        #expect(schedule.delay(after: HTTPError(.timedOut, "")) == nil)
    }

    @Test func noneIsOneAttempt() {
        var schedule = schedule(.none)
        #expect(schedule.delay(after: response(503)) == nil)
    }
}
