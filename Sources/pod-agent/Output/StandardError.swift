// SPDX-License-Identifier: Apache-2.0

import Foundation
import PrintableText
import Synchronization

/// What is for people and must not mix with a command's output.
enum StandardError {
    /// Writes one line. What could move the cursor in it is escaped.
    static func write(_ line: String) {
        draw(line.printable() + "\n")
    }

    /// Writes text as it is.
    fileprivate static func draw(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// Shows on standard error how far a long command has come, if a person is looking at it.
///
/// Draws only where standard error is a terminal, at most ten times a second, and removes what it drew at the end.
final class ProgressBar: Sendable {
    private struct State {
        var lastDrawn: ContinuousClock.Instant?
        var isDrawn = false
    }

    private static let width = 30
    private static let pause: Duration = .milliseconds(100)

    private let label: String
    private let amount: @Sendable (Int64) -> String
    private let isShown: Bool
    private let state = Mutex(State())

    /// A bar for one transfer or other work; `label` says what is being done.
    ///
    /// - Parameter amount: Puts into words how much is done; bytes unless given.
    init(_ label: String, amount: @escaping @Sendable (Int64) -> String = { $0.formatted(.byteCount(style: .file)) }) {
        self.label = label.printable()
        self.amount = amount
        isShown = isatty(STDERR_FILENO) == 1
    }

    /// Takes in how far it has come, on any thread.
    ///
    /// - Parameter total: all that there will be, if that is known.
    func update(completed: Int64, total: Int64?) {
        guard isShown else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            let isComplete = completed == total
            if !isComplete, let last = state.lastDrawn, last.duration(to: now) < Self.pause { return }
            state.lastDrawn = now
            state.isDrawn = true
            StandardError.draw("\r\u{1B}[K" + line(completed, total))
        }
    }

    /// Removes the bar, so that the command's own lines follow.
    func finish() {
        state.withLock { state in
            if state.isDrawn { StandardError.draw("\r\u{1B}[K") }
            state.isDrawn = false
        }
    }

    private func line(_ completed: Int64, _ total: Int64?) -> String {
        let done = amount(completed)
        guard let total, total > 0 else { return "\(label)  \(done)" }
        let share = min(1, Double(completed) / Double(total))
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        let all = amount(total)
        return "\(label)  [\(bar)] \(Int(share * 100)) %  \(done) of \(all)"
    }
}
