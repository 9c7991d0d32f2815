// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TaskFlow

@Suite(.timeLimit(.minutes(1))) struct ByteBudgetTests {
    @Test func whoFindsTooFewBytesWaitsInTheOrderOfAsking() async throws {
        let budget = ByteBudget(bytes: 100)
        let first = try #require(await budget.take(60))
        async let large = budget.take(50)
        while budget.waitingCount < 1 { await Task.yield() }
        // There would be enough for it, but it isn't its turn.
        async let small = budget.take(10)
        while budget.waitingCount < 2 { await Task.yield() }
        #expect(budget.free == 40)
        #expect(budget.takeNow(1) == nil)
        first.release()
        first.release()
        let claims = [try #require(await large), try #require(await small)]
        #expect(budget.free == 40)
        for claim in claims { claim.release() }
        #expect(budget.free == 100)
    }

    @Test func whoIsCancelledStopsWaitingAndHoldsUpNobody() async throws {
        let budget = ByteBudget(bytes: 100)
        let first = try #require(await budget.take(60))
        let large = Task { await budget.take(90) }
        while budget.waitingCount < 1 { await Task.yield() }
        async let small = budget.take(40)
        while budget.waitingCount < 2 { await Task.yield() }
        large.cancel()
        #expect(await large.value == nil)
        let second = try #require(await small)
        #expect(budget.free == 0)
        first.release()
        second.release()
        #expect(budget.free == 100)
    }

    @Test func whoWantsMoreThanThereIsGetsAllOfIt() async throws {
        let budget = ByteBudget(bytes: 100)
        let claim = try #require(await budget.take(1_000))
        #expect(budget.free == 0)
        claim.release()
        #expect(budget.free == 100)
    }

    @Test func whatIsForgottenIsGivenBack() async throws {
        let budget = ByteBudget(bytes: 100)
        do { _ = try #require(await budget.take(70)) }
        #expect(budget.free == 100)
    }

    @Test func ordinaryRequestsWaitForNobodyAndMediumOnesForNoLargeOne() async throws {
        let memory = RequestMemory(bytes: 24 << 20)
        let large = try #require(await memory.claim(18 << 20))
        let medium = try #require(await memory.claim(1 << 20))
        for _ in 0..<100 { #expect(await memory.claim(64 << 10) != nil) }
        #expect(memory.claimUnproven(20 << 20) != nil)
        large.release()
        medium.release()
    }
}
