// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("What is recorded of the Hub", .timeLimit(.minutes(1))) struct HubAvailabilityTests {
    private let fixture: ServiceFixture
    private let failure = BitfountError(.unreachable, "the Hub can't be reached")

    init() throws {
        fixture = try ServiceFixture()
    }

    @Test("The reasons of a loss are words of the log's format")
    func fixedReasons() {
        #expect(
            BitfountError.Code.allCases.map(\.rawValue) == [
                "invalidArgument", "tooLarge", "notLoggedIn", "wrongUser", "identityRefused", "unauthorized",
                "forbidden", "notFound", "conflict", "payloadTooLarge", "rateLimited", "serverFailure",
                "unexpectedStatus", "refused", "malformedResponse", "unreachable", "timedOut", "cancelled",
                "hashMismatch", "file",
            ]
        )
    }

    @Test("A Hub that was never lost is never regained")
    func neverLost() async throws {
        await fixture.availability.regained()
        #expect(try await fixture.recorded().isEmpty)
    }

    @Test("Calls that fail side by side are one loss")
    func sideBySide() async throws {
        let (availability, failure) = (fixture.availability, failure)
        await withDiscardingTaskGroup { group in
            for _ in 0..<50 { group.addTask { await availability.lost(failure) } }
        }
        let recorded = try await fixture.recorded()
        #expect(recorded.map(\.type) == [.hubLost])
        #expect(recorded.first?.reason == "unreachable")
    }

    @Test("Whatever comes at the same time, losses and returns take turns in the log")
    func alternates() async throws {
        let (availability, failure) = (fixture.availability, failure)
        await withDiscardingTaskGroup { group in
            for number in 0..<400 {
                group.addTask { number % 2 == 0 ? await availability.lost(failure) : await availability.regained() }
            }
        }
        let types = try await fixture.recordedTypes()
        #expect(!types.isEmpty)
        for (index, type) in types.enumerated() { #expect(type == (index % 2 == 0 ? .hubLost : .hubRegained)) }
    }

    @Test("A loss that could not be recorded is recorded with the next failure")
    func recordedLater() async throws {
        let directory = fixture.directory
        await fixture.availability.lost(failure)
        try await fixture.log.close()
        // The log is closed: nothing can be recorded, and nothing is taken for recorded.
        await fixture.availability.regained()
        await fixture.availability.regained()
        let reopened = try ServiceFixture(in: directory)
        #expect(try await reopened.recordedTypes() == [.hubLost])
        await reopened.availability.lost(failure)
        await reopened.availability.regained()
        #expect(try await reopened.recordedTypes() == [.hubLost, .hubLost, .hubRegained])
    }
}
