// SPDX-License-Identifier: Apache-2.0

import Timekeeping

/// Places for one kind of work on tasks: a limited number at once, and where it is set a limited rate.
///
/// Who waits is served by name, those with the fewest places first, so that nobody is held up by one who sends much. As long as
/// few wait, the first to come is served first; in a backlog the last, whose modeller is the likeliest to wait still.
///
/// Where a name is only claimed, it never decides whether somebody is served, only who is served first.
package actor TaskLane {
    /// How many places there are, and who may wait for one.
    package struct Limits: Sendable {
        /// How many hold a place at once.
        package var active: Int
        /// How many of one name do. Only for names that are proven.
        package var activePerName: Int = .max
        /// How many wait before there is no more room, see ``waitForRoom()``.
        package var waiting: Int = .max
        /// Whether one too many takes the place in the queue of another, rather than none being let come: of the name with the
        /// most waiting, of the one that has waited longest.
        package var displaces = false
        /// How many of one name wait before further ones are refused. Only for names that are proven.
        package var waitingPerName: Int = .max
        /// How often a place is given.
        package var rate: Rate?

        package init(active: Int) {
            self.active = active
        }
    }

    /// How often something is done: at most `burst` times at once, and then once in an `interval`.
    package struct Rate: Sendable {
        package var burst: Int
        package var interval: Duration

        package init(burst: Int, interval: Duration) {
            self.burst = burst
            self.interval = interval
        }
    }

    /// A place, or a number in the queue for one.
    struct Ticket: Sendable, Hashable {
        fileprivate let number: Int
        fileprivate let name: String
    }

    /// What a task gets on arrival.
    enum Arrival: Sendable, Equatable {
        /// A place, to be given back with ``leave(_:)``.
        case admitted(Ticket)
        /// A number in the queue, to be waited on with ``wait(_:)``.
        case queued(Ticket)
        /// No place and no room to wait: too much of that name waits already.
        case refused
    }

    /// How waiting ended.
    enum Outcome: Sendable, Equatable {
        /// With a place, to be given back with ``leave(_:)``.
        case admitted
        /// Without one: the time is over, or others took its place in the queue.
        case displaced
        /// Without one: the waiting task was cancelled.
        case cancelled
    }

    private struct Waiter {
        let ticket: Ticket
        let timeLeft: @Sendable () -> Duration
        var continuation: CheckedContinuation<Outcome, Never>?
    }

    /// A place that is held.
    private struct Holder {
        let ticket: Ticket
        var isEvictable: Bool
        var continuation: CheckedContinuation<Void, Never>?
        var isEvicted = false
    }

    private let limits: Limits
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private var holders: [Int: Holder] = [:]
    private var activeOf: [String: Int] = [:]
    private var queue: [Waiter] = []
    private var waitingOf: [String: Int] = [:]
    /// Outcomes of those whom nobody has waited on yet.
    private var outcomes: [Int: Outcome] = [:]
    private var nextNumber = 0
    private var roomWaiters: [CheckedContinuation<Void, Never>] = []
    private var credit: RateCredit?
    private var isWaking = false

    package init(_ limits: Limits, clock: any Clock<Duration> = .continuous) {
        self.limits = limits
        self.clock = clock
        elapsed = clock.stopwatch()
        credit = limits.rate.map { RateCredit($0) }
    }

    /// How many hold a place.
    package var active: Int { holders.count }
    /// How many wait for one.
    package var waiting: Int { queue.count }

    /// Whether the place of a ticket is held.
    func isHeld(_ ticket: Ticket) -> Bool { holders[ticket.number] != nil }

    // MARK: Coming and going

    /// Takes a place if one is free, or a number in the queue.
    func arrive(_ name: String, timeLeft: @escaping @Sendable () -> Duration = { .seconds(3_600) }) -> Arrival {
        let ticket = newTicket(name)
        removeExpired()
        if mayEnter(name), !queue.contains(where: { mayEnter($0.ticket.name) }), takeCredit() {
            enter(ticket)
            return .admitted(ticket)
        }
        guard waitingOf[name, default: 0] < limits.waitingPerName else { return .refused }
        queue.append(Waiter(ticket: ticket, timeLeft: timeLeft))
        waitingOf[name, default: 0] += 1
        if limits.displaces, queue.count > limits.waiting { displaceOne() }
        evictOne()
        admitNext()
        return .queued(ticket)
    }

    /// Takes a place only if one is free now and nobody waits.
    func enterNow(_ name: String) -> Ticket? {
        guard queue.isEmpty, mayEnter(name), takeCredit() else { return nil }
        let ticket = newTicket(name)
        enter(ticket)
        return ticket
    }

    /// Waits for a queued task's place.
    func wait(_ ticket: Ticket) async -> Outcome {
        if let outcome = outcomes.removeValue(forKey: ticket.number) { return outcome }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled, let index = queue.firstIndex(where: { $0.ticket == ticket }) else {
                    abandon(ticket)
                    continuation.resume(returning: .cancelled)
                    return
                }
                queue[index].continuation = continuation
            }
        } onCancel: {
            // The handler is synchronous; the actor has to be entered from a task of its own, which ends at once.
            Task { await self.abandon(ticket) }
        }
    }

    /// What came of an arrival in the end.
    enum Place: Sendable, Equatable {
        /// A place, to be given back with ``leave(_:)``.
        case held(Ticket)
        /// None: the time is over, or too many others wait.
        case none
        /// None, because the waiting task was cancelled.
        case cancelled
    }

    /// Waits for the place of somebody who has arrived.
    func place(_ arrival: Arrival) async -> Place {
        switch arrival {
        case .admitted(let ticket): return .held(ticket)
        case .refused: return .none
        case .queued(let ticket):
            switch await wait(ticket) {
            case .admitted: return .held(ticket)
            case .displaced: return .none
            case .cancelled: return .cancelled
            }
        }
    }

    /// Gives a place back.
    func leave(_ ticket: Ticket) {
        guard let holder = holders.removeValue(forKey: ticket.number) else { return }
        holder.continuation?.resume()
        let rest = activeOf[ticket.name, default: 1] - 1
        activeOf[ticket.name] = rest > 0 ? rest : nil
        admitNext()
    }

    /// Waits until fewer wait than may, so that no more messages are fetched than can be held.
    package func waitForRoom() async {
        while queue.count >= limits.waiting {
            await withCheckedContinuation { roomWaiters.append($0) }
        }
    }

    // MARK: Giving way

    /// Says whether a place is to be given up when others need it.
    func setEvictable(_ ticket: Ticket, _ isEvictable: Bool) {
        holders[ticket.number]?.isEvictable = isEvictable
        if isEvictable { evictOne() }
    }

    /// Returns when the place is to be given up, or was given back, or the task is cancelled.
    ///
    /// - Returns: Whether it is to be given up.
    func evicted(_ ticket: Ticket) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled, let holder = holders[ticket.number], !holder.isEvicted else {
                    continuation.resume()
                    return
                }
                holders[ticket.number]?.continuation = continuation
            }
        } onCancel: {
            Task { await self.stopWatching(ticket) }
        }
        return holders[ticket.number]?.isEvicted ?? false
    }

    private func stopWatching(_ ticket: Ticket) {
        holders[ticket.number]?.continuation?.resume()
        holders[ticket.number]?.continuation = nil
    }

    /// Asks the holder who has been there longest, of those that may be asked, for its place, if somebody waits for it.
    private func evictOne() {
        let asked = holders.values.count { $0.isEvicted }
        guard holders.count >= limits.active, queue.count > asked else { return }
        let candidates = holders.values.filter { $0.isEvictable && !$0.isEvicted }
        guard let oldest = candidates.min(by: { $0.ticket.number < $1.ticket.number }) else { return }
        holders[oldest.ticket.number]?.isEvicted = true
        stopWatching(oldest.ticket)
    }

    // MARK: The queue

    private func newTicket(_ name: String) -> Ticket {
        nextNumber += 1
        return Ticket(number: nextNumber, name: name)
    }

    private func mayEnter(_ name: String) -> Bool {
        holders.count < limits.active && activeOf[name, default: 0] < limits.activePerName
    }

    private func enter(_ ticket: Ticket) {
        holders[ticket.number] = Holder(ticket: ticket, isEvictable: false)
        activeOf[ticket.name, default: 0] += 1
    }

    private func admitNext() {
        removeExpired()
        while let index = nextIndex() {
            guard takeCredit() else {
                wakeWithNextCredit()
                return
            }
            let waiter = remove(at: index)
            enter(waiter.ticket)
            end(waiter, .admitted)
        }
    }

    /// The waiter whose turn it is, if there is a place for it.
    private func nextIndex() -> Int? {
        guard holders.count < limits.active else { return nil }
        let isBacklog = queue.count > limits.active
        var best: (index: Int, held: Int)?
        for index in queue.indices {
            let name = queue[index].ticket.name
            let held = activeOf[name, default: 0]
            guard held < limits.activePerName else { continue }
            if let best, isBacklog ? held > best.held : held >= best.held { continue }
            best = (index, held)
        }
        return best?.index
    }

    private func displaceOne() {
        guard let most = waitingOf.values.max(),
            let index = queue.firstIndex(where: { waitingOf[$0.ticket.name] == most })
        else { return }
        end(remove(at: index), .displaced)
    }

    private func removeExpired() {
        for index in queue.indices.reversed() where queue[index].timeLeft() <= .zero {
            end(remove(at: index), .displaced)
        }
    }

    private func end(_ waiter: Waiter, _ outcome: Outcome) {
        if let continuation = waiter.continuation {
            continuation.resume(returning: outcome)
        } else {
            outcomes[waiter.ticket.number] = outcome
        }
    }

    private func abandon(_ ticket: Ticket) {
        guard let index = queue.firstIndex(where: { $0.ticket == ticket }) else { return }
        remove(at: index).continuation?.resume(returning: .cancelled)
    }

    private func remove(at index: Int) -> Waiter {
        let waiter = queue.remove(at: index)
        let name = waiter.ticket.name
        let rest = waitingOf[name, default: 1] - 1
        waitingOf[name] = rest > 0 ? rest : nil
        if queue.count < limits.waiting {
            let waiting = roomWaiters
            roomWaiters = []
            for continuation in waiting { continuation.resume() }
        }
        return waiter
    }

    // MARK: The rate

    private func takeCredit() -> Bool { credit?.take(at: elapsed()) ?? true }

    private func wakeWithNextCredit() {
        guard let pause = credit?.pause(at: elapsed()), !isWaking else { return }
        isWaking = true
        // Unstructured, since nobody in particular waits for it; it ends by itself.
        Task { [weak self, clock] in
            try? await clock.sleep(for: pause)
            await self?.wake()
        }
    }

    private func wake() {
        isWaking = false
        admitNext()
    }
}

/// What is left of a rate at a moment.
struct RateCredit: Sendable {
    private let rate: TaskLane.Rate
    private var credit: Double
    private var since: Duration = .zero

    init(_ rate: TaskLane.Rate) {
        self.rate = rate
        credit = Double(rate.burst)
    }

    /// Takes one, if there is one.
    mutating func take(at moment: Duration) -> Bool {
        refill(moment)
        guard credit >= 1 else { return false }
        credit -= 1
        return true
    }

    /// How long it is until there is one.
    mutating func pause(at moment: Duration) -> Duration {
        refill(moment)
        return max(.zero, rate.interval * (1 - credit))
    }

    private mutating func refill(_ moment: Duration) {
        credit = min(Double(rate.burst), credit + (moment - since) / rate.interval)
        since = moment
    }
}
