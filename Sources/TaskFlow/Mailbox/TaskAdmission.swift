// SPDX-License-Identifier: Apache-2.0

/// Gives tasks their places: a limited number at once, of which one modeller can hold only some.
///
/// Whoever waits is served in order of arrival, passing over modellers that hold all the places they may have. So one
/// modeller who never answers holds up nobody else.
package actor TaskAdmission {
    /// How many places and how many may wait for one.
    package struct Limits: Sendable {
        var active: Int
        var activePerModeller: Int
        var queued: Int
        var queuedPerModeller: Int

        package init(active: Int, activePerModeller: Int, queued: Int, queuedPerModeller: Int) {
            self.active = active
            self.activePerModeller = activePerModeller
            self.queued = queued
            self.queuedPerModeller = queuedPerModeller
        }
    }

    /// What a task gets on arrival.
    enum Arrival: Sendable, Equatable {
        /// A place, to be given back with ``leave(modeller:)``.
        case admitted
        /// A number in the queue, to be waited on with ``wait(_:)``.
        case queued(Int)
        /// No place and no room to wait: the modeller has too many tasks waiting already.
        case refused
    }

    private struct Waiter {
        let ticket: Int
        let modeller: String
        var continuation: CheckedContinuation<Bool, Never>?
    }

    private let limits: Limits
    private var active: [String: Int] = [:]
    private var activeCount = 0
    private var queue: [Waiter] = []
    private var queuedOf: [String: Int] = [:]
    private var nextTicket = 0
    /// Tickets whose place was given before anyone waited on them.
    private var granted: Set<Int> = []
    private var roomWaiters: [CheckedContinuation<Void, Never>] = []

    package init(_ limits: Limits) {
        self.limits = limits
    }

    /// Tasks that hold a place.
    package var activeTasks: Int { activeCount }
    /// Tasks that wait for one.
    package var queuedTasks: Int { queue.count }

    /// Takes a place if one is free, or a number in the queue.
    func arrive(modeller: String) -> Arrival {
        if mayEnter(modeller), !queue.contains(where: { mayEnter($0.modeller) }) {
            enter(modeller)
            return .admitted
        }
        guard queuedOf[modeller, default: 0] < limits.queuedPerModeller else { return .refused }
        nextTicket += 1
        queue.append(Waiter(ticket: nextTicket, modeller: modeller))
        queuedOf[modeller, default: 0] += 1
        return .queued(nextTicket)
    }

    /// Waits for a queued task's place.
    ///
    /// - Returns: `false` if the waiting task was cancelled; it then holds no place.
    func wait(_ ticket: Int) async -> Bool {
        if granted.remove(ticket) != nil { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled, let index = queue.firstIndex(where: { $0.ticket == ticket }) else {
                    drop(ticket)
                    continuation.resume(returning: false)
                    return
                }
                queue[index].continuation = continuation
            }
        } onCancel: {
            // The handler is synchronous; the actor has to be entered from a task of its own, which ends at once.
            Task { await self.abandon(ticket) }
        }
    }

    /// Gives a place back.
    func leave(modeller: String) {
        activeCount -= 1
        let rest = active[modeller, default: 1] - 1
        active[modeller] = rest > 0 ? rest : nil
        admitNext()
    }

    /// Waits until the queue has room, so that no more messages are fetched than can be held.
    func waitForRoom() async {
        while queue.count >= limits.queued {
            await withCheckedContinuation { roomWaiters.append($0) }
        }
    }

    private func mayEnter(_ modeller: String) -> Bool {
        activeCount < limits.active && active[modeller, default: 0] < limits.activePerModeller
    }

    private func enter(_ modeller: String) {
        activeCount += 1
        active[modeller, default: 0] += 1
    }

    private func admitNext() {
        while activeCount < limits.active, let index = queue.firstIndex(where: { mayEnter($0.modeller) }) {
            let waiter = remove(at: index)
            enter(waiter.modeller)
            if let continuation = waiter.continuation {
                continuation.resume(returning: true)
            } else {
                granted.insert(waiter.ticket)
            }
        }
    }

    private func abandon(_ ticket: Int) {
        guard let index = queue.firstIndex(where: { $0.ticket == ticket }) else { return }
        remove(at: index).continuation?.resume(returning: false)
    }

    private func drop(_ ticket: Int) {
        guard let index = queue.firstIndex(where: { $0.ticket == ticket }) else { return }
        _ = remove(at: index)
    }

    private func remove(at index: Int) -> Waiter {
        let waiter = queue.remove(at: index)
        let rest = queuedOf[waiter.modeller, default: 1] - 1
        queuedOf[waiter.modeller] = rest > 0 ? rest : nil
        if queue.count < limits.queued {
            let waiting = roomWaiters
            roomWaiters = []
            for continuation in waiting { continuation.resume() }
        }
        return waiter
    }
}
