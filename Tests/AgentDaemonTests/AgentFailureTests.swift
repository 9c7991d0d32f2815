// SPDX-License-Identifier: Apache-2.0

import Bitfount
import BitfountTasks
import Cryptography
import DatasetSchema
import FlameHub
import StateStore
import Testing

@testable import AgentDaemon

@Suite("Failures as the command line shows them") struct AgentFailureTests {
    private func code(_ error: any Error) -> AgentFailure.ExitCode { AgentFailure(describing: error).exitCode }

    @Test("A failure stays what it is")
    func failure() {
        let failure = AgentFailure(describing: AgentFailure(.usage, "no such option", hint: "see --help"))
        #expect(failure.exitCode == .usage)
        #expect(failure.chain == ["no such option"])
    }

    @Test(
        "What the services say has the code of what the owner can do about it",
        arguments: [
            (BitfountError.Code.notLoggedIn, AgentFailure.ExitCode.denied), (.wrongUser, .denied),
            (.unauthorized, .denied),
            (.forbidden, .denied), (.notFound, .input), (.file, .input), (.conflict, .data), (.tooLarge, .data),
            (.hashMismatch, .data), (.unreachable, .unavailable), (.serverFailure, .unavailable),
            (.timedOut, .unavailable),
            (.malformedResponse, .unavailable),
        ]
    )
    func services(code: BitfountError.Code, exitCode: AgentFailure.ExitCode) {
        #expect(self.code(BitfountError(code, "it failed")) == exitCode)
    }

    @Test("Every code of the state has one, and a cause to show")
    func state() {
        let expected: [(StoreError.Code, AgentFailure.ExitCode)] = [
            (.diskFull, .inputOutput), (.inaccessible, .inputOutput), (.damaged, .data), (.newerSchema, .data),
            (.rolledBack, .data), (.alreadyOpen, .unavailable), (.cancelled, .incomplete),
        ]
        for (code, exitCode) in expected {
            let failure = AgentFailure(describing: StoreError(code, "The disk is full."))
            #expect(failure.exitCode == exitCode, "\(code)")
            #expect(failure.chain.count > 1)
        }
        #expect(code(StoreError(.unknownRow, "There is no entry 7.")) == .input)
    }

    @Test("What a service said is shown on one line, for those who ask for the causes")
    func excerpt() {
        var error = BitfountError(.forbidden, "the Hub refused the call")
        error.status = 403
        error.bodyExcerpt = "not\nyours"
        #expect(AgentFailure(describing: error).chain.last == "the service said: not yours")
        error.status = 200
        #expect(AgentFailure(describing: error).chain.last != "the service said: not yours")
    }

    @Test("What nobody expected is still told")
    func unexpected() {
        struct Surprise: Error {}
        let failure = AgentFailure(describing: Surprise())
        #expect(failure.exitCode == .unavailable)
        #expect(failure.message.contains("Surprise"))
    }
}
