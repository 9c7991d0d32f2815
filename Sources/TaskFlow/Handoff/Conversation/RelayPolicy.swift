// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

/// Which messages pass between a runner and its modeller (docs/runners.md, "Messages").
enum RelayPolicy {
    /// What becomes of a message of a runner.
    enum FromRunner: Equatable {
        case relayed
        /// The runner is told that it was sent, and nobody gets it.
        case dropped
        case refused
    }

    /// What becomes of a message of the modeller.
    enum FromModeller: Equatable {
        case relayed
        case dropped
        case cancels
    }

    /// - Parameter relaysProgress: Whether the modeller is told how the preparation goes.
    static func fromRunner(_ type: MessageType, relaysProgress: Bool) -> FromRunner {
        switch type.rawValue {
        case 1, 5, 7, 12, 17, 22, 24, 25, 26, 28, 29, 30: .relayed
        case 35, 36, 37: relaysProgress ? .relayed : .dropped
        // The agent gives tasks up, with texts of its own.
        case MessageType.taskAbort.rawValue: .dropped
        default: .refused
        }
    }

    static func fromModeller(_ type: MessageType) -> FromModeller {
        switch type.rawValue {
        case 1, 6, 9, 12, 17, 18, 23, 24, 25, 26, 27, 32: .relayed
        case MessageType.taskAbort.rawValue, MessageType.taskCancel.rawValue: .cancels
        default: .dropped
        }
    }

    /// Whether the content of a message of this type is a result, and so under the hash in the audit log.
    static func isResult(_ type: MessageType) -> Bool {
        [1, 5, 7, 17, 24, 28].contains(type.rawValue)
    }
}
