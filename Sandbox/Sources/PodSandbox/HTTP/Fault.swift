// SPDX-License-Identifier: Apache-2.0

/// What a stand-in does wrong on purpose.
package enum Fault: Sendable, Equatable {
    /// Answers with this status and body, without doing what was asked.
    case status(Int, body: String = #"{"message": "injected"}"#, headers: [String: String] = [:])
    /// Waits, then does what was asked.
    case delay(Duration)
    /// Closes the connection without doing what was asked.
    case dropConnection
    /// Does what was asked, and closes the connection instead of answering.
    case lostAnswer
    /// Does what was asked, announces the whole answer, sends half of it and closes the connection.
    case truncatedBody
    /// Does what was asked and answers with a page of HTML.
    case notJSON
    /// Does what was asked and answers with a JSON list.
    case jsonList
    /// Does what was asked and answers with every value replaced by one of another type.
    case wrongTypes
}
