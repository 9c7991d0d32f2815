// SPDX-License-Identifier: Apache-2.0

/// What runs accepted tasks, or what becomes of tasks where nothing does.
package enum Handoff: Sendable {
    /// Nothing runs tasks: each is refused before anybody is asked about it, so that nobody is told yes and then no.
    case refuse
    /// Nothing runs tasks: each is decided all the same, and an accepted one is given up at once.
    case abort
    /// Runners do: a task is accepted only when one is ready for it.
    case run(HandoffService)
}

/// Why an allowed task can't be handed to a runner.
struct HandoffRefusal: Error, Equatable {
    let reason: DecisionReason

    init(_ reason: DecisionReason) {
        self.reason = reason
    }
}
