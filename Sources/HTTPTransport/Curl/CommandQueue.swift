// SPDX-License-Identifier: Apache-2.0

import CCurl
import Synchronization

/// What other threads ask of the event loop.
enum Command: Sendable {
    case start(TransferID, TransferPlan, RequestBodySource, any ResponseSink)
    case cancel(TransferID)
    case resumeReceiving(TransferID)
    case resumeSending(TransferID)
    case stop
}

/// The way into the event loop's thread: commands in order, and a wake-up call.
final class CommandQueue: Sendable {
    private struct State {
        var commands: [Command] = []
        /// `nil` once the loop has ended: then nobody may touch the handle any more.
        var multi: MultiHandle?
    }

    private let state: Mutex<State>

    init(_ multi: MultiHandle?) {
        state = Mutex(State(multi: multi))
    }

    /// Adds a command. `false` if the loop has ended and will never look at it.
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            guard let multi = state.multi else { return false }
            state.commands.append(command)
            multi.wakeUp()
            return true
        }
    }

    /// Takes all commands that are there.
    func take() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    /// Refuses commands from now on, and takes those that are left.
    func close() -> [Command] {
        state.withLock { state in
            state.multi = nil
            defer { state.commands = [] }
            return state.commands
        }
    }
}
