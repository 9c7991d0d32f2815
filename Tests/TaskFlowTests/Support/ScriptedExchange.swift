// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import MessagePack
import Synchronization

@testable import TaskFlow

/// A modeller who answers challenges as a test says, and remembers what was asked.
final class ScriptedExchange: IdentityExchange {
    struct Question: Sendable, Equatable {
        let type: MessageType
        let body: MessagePackValue
        let expected: MessageType
    }

    private let answer: @Sendable (Question) async throws(IdentityExchangeError) -> MessagePackValue
    private let asked = Mutex<[Question]>([])

    var questions: [Question] { asked.withLock { $0 } }

    init(_ answer: @escaping @Sendable (Question) async throws(IdentityExchangeError) -> MessagePackValue) {
        self.answer = answer
    }

    /// A modeller who always gives the same answer.
    convenience init(answering answer: MessagePackValue) {
        self.init { _ throws(IdentityExchangeError) in answer }
    }

    /// A modeller of whom nothing may be asked.
    static let unused = ScriptedExchange { _ throws(IdentityExchangeError) in
        throw IdentityExchangeError(.unavailable, "This modeller should not have been asked.")
    }

    func ask(
        _ type: MessageType,
        _ body: MessagePackValue,
        expecting answer: MessageType
    ) async throws(IdentityExchangeError) -> MessagePackValue {
        let question = Question(type: type, body: body, expected: answer)
        asked.withLock { $0.append(question) }
        return try await self.answer(question)
    }
}
