// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import TaskFlow

@Suite("Task admission")
struct TaskAdmissionTests {
    private func admission(active: Int = 2, perModeller: Int = 1, queued: Int = 10, queuedPerModeller: Int = 2)
        -> TaskAdmission
    {
        TaskAdmission(
            .init(active: active, activePerModeller: perModeller, queued: queued, queuedPerModeller: queuedPerModeller)
        )
    }

    @Test("A modeller holds only the places it may have; another enters past its queue")
    func passesOverBusyModeller() async {
        let admission = admission()
        #expect(await admission.arrive(modeller: "slow") == .admitted)
        guard case .queued(let ticket) = await admission.arrive(modeller: "slow") else {
            Issue.record("the second task of the same modeller should wait")
            return
        }
        #expect(await admission.arrive(modeller: "other") == .admitted)
        #expect(await admission.activeTasks == 2)

        await admission.leave(modeller: "slow")
        #expect(await admission.wait(ticket))
        #expect(await admission.activeTasks == 2)
        #expect(await admission.queuedTasks == 0)
    }

    @Test("Those who wait enter in order of arrival")
    func keepsOrder() async {
        let admission = admission(active: 1, perModeller: 1)
        #expect(await admission.arrive(modeller: "a") == .admitted)
        guard case .queued(let first) = await admission.arrive(modeller: "b"),
            case .queued(let second) = await admission.arrive(modeller: "c")
        else {
            Issue.record("both should wait")
            return
        }
        await admission.leave(modeller: "a")
        #expect(await admission.wait(first))
        #expect(await admission.queuedTasks == 1)
        await admission.leave(modeller: "b")
        #expect(await admission.wait(second))
    }

    @Test("Beyond its share of the queue a modeller is refused")
    func refusesBeyondQueue() async {
        let admission = admission(active: 1, perModeller: 1, queuedPerModeller: 1)
        #expect(await admission.arrive(modeller: "a") == .admitted)
        guard case .queued = await admission.arrive(modeller: "a") else {
            Issue.record("one may wait")
            return
        }
        #expect(await admission.arrive(modeller: "a") == .refused)
        guard case .queued = await admission.arrive(modeller: "b") else {
            Issue.record("another modeller has a share of its own")
            return
        }
    }

    @Test("Who is cancelled while waiting holds no place and leaves the queue")
    func cancelledWaiterLeaves() async {
        let admission = admission(active: 1)
        #expect(await admission.arrive(modeller: "a") == .admitted)
        guard case .queued(let ticket) = await admission.arrive(modeller: "b") else {
            Issue.record("should wait")
            return
        }
        let waiting = Task { await admission.wait(ticket) }
        waiting.cancel()
        #expect(await waiting.value == false)
        #expect(await admission.queuedTasks == 0)
        await admission.leave(modeller: "a")
        #expect(await admission.activeTasks == 0)
    }

    @Test("Fetching waits until the queue has room")
    func waitsForRoom() async {
        let admission = admission(active: 1, perModeller: 1, queued: 1, queuedPerModeller: 5)
        #expect(await admission.arrive(modeller: "a") == .admitted)
        guard case .queued(let ticket) = await admission.arrive(modeller: "b") else {
            Issue.record("should wait")
            return
        }
        let fetching = Task {
            await admission.waitForRoom()
            return await admission.queuedTasks
        }
        await admission.leave(modeller: "a")
        #expect(await fetching.value == 0)
        #expect(await admission.wait(ticket))
    }

    @Test("Whatever the order of events, no limit is passed and every place comes back")
    func randomOperations() async {
        var random = SeededGenerator(seed: 7)
        let admission = admission(active: 4, perModeller: 2, queued: 100, queuedPerModeller: 100)
        var held: [String] = []
        var waiting: [(ticket: Int, modeller: String)] = []
        for _ in 0..<2_000 {
            if Bool.random(using: &random) {
                let modeller = ["a", "b", "c"].randomElement(using: &random) ?? "a"
                switch await admission.arrive(modeller: modeller) {
                case .admitted: held.append(modeller)
                case .queued(let ticket): waiting.append((ticket, modeller))
                case .refused: break
                }
            } else if let index = held.indices.randomElement(using: &random) {
                let before = await admission.queuedTasks
                let modeller = held.remove(at: index)
                await admission.leave(modeller: modeller)
                if await admission.queuedTasks < before,
                    let next = waiting.firstIndex(where: { waiter in
                        held.count { $0 == waiter.modeller } < 2
                    })
                {
                    let waiter = waiting.remove(at: next)
                    #expect(await admission.wait(waiter.ticket))
                    held.append(waiter.modeller)
                }
            }
            #expect(await admission.activeTasks == held.count)
            #expect(held.count <= 4)
            #expect(["a", "b", "c"].allSatisfy { name in held.count { $0 == name } <= 2 })
        }
    }
}
