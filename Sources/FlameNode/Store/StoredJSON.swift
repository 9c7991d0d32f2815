// SPDX-License-Identifier: Apache-2.0

import Foundation
import StateStore
import StrictJSON

/// A value that the state database holds as JSON. Its keys are explicit, so that no rename changes what is stored.
protocol StoredJSON: Codable {
    /// What the value is, as an error calls it.
    static var subject: String { get }
}

extension StoredJSON {
    /// Reads what ``storedText()`` wrote.
    ///
    /// - Throws: `StoreError` with `damaged` if it is something else.
    init(stored text: String) throws(StoreError) {
        do {
            self = try Self(strictJSON: text.utf8)
        } catch {
            throw StoreError(
                .damaged,
                "\(Self.subject) is stored in a form that can't be read; `pod-agent audit verify` says more.",
                underlying: error
            )
        }
    }

    /// The value as it is stored.
    func storedText() throws(StoreError) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        } catch {
            throw StoreError(.malformed, "\(Self.subject) has no form in which it can be stored.", underlying: error)
        }
    }
}

/// What is stored of a FLAME node but can't be read. Nothing of it is dropped.
struct FlameDamage: Sendable, Equatable {
    /// Why the state can't be read; then nothing is read from the Hub and nothing written to it.
    var state: StoreError?
    /// The targets of writes that can't be read, by their ids; nothing is written to these targets.
    var writes: [Int64: String] = [:]
    /// The parts whose runs can't be read; they may neither start nor go on.
    var runs: Set<String> = []

    /// What is damaged, in a sentence; `nil` if nothing is.
    var sentence: String? {
        if let state { return state.message }
        var parts: [String] = []
        if !writes.isEmpty { parts.append("\(writes.count) waiting writes") }
        if !runs.isEmpty { parts.append("\(runs.count) runs") }
        guard !parts.isEmpty else { return nil }
        return "the stored state of the FLAME node is damaged: \(parts.joined(separator: " and ")) can't be read"
    }
}
