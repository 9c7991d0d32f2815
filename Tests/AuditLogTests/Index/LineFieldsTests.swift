// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct LineFieldsTests {
    @Test func findsWhatTheDraftPutIn() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<1_000 {
            var entry = AuditEntry.complete
            entry.modeller = JSONTextTests.randomText(&generator)
            entry.task = Bool.random(using: &generator) ? JSONTextTests.randomText(&generator) : nil
            entry.dataset = #"\","task":"forged"#
            entry.approvals = [#"{"type":"x"}"#, "]"]
            let draft = EntryDraft(entry)
            let line = #"{"v":1,"at":"2025-11-22T03:00:00.123Z",\#(String(decoding: draft.fields, as: UTF8.self))}"#
            Array(line.utf8).withUnsafeBytes { bytes in
                let fields = LineFields(bytes)
                #expect(fields?.tokens == draft.tokens)
                #expect(fields?.milliseconds == 1_763_780_400_123)
                #expect(fields?[.task].map { Array($0) } == draft.entry.task.map(JSONText.escaped))
            }
        }
    }

    @Test(arguments: [
        "", "{", "}", "{}", "{}x", #"{"a"}"#, #"{"a":}"#, #"{"a":1"#, #"{"a":"b}"#, #"{"a":"b\"}"#, #"{"a":[1}"#,
        #"{"a":1,}"#,
        #"{"a":"b"}}"#, #"{"a":["]}"#, #" {"a":1}"#, #"{"a":"b\\\"}"#, #"["a"]"#, #"{"a":1,,"b":2}"#,
    ])
    func refusesWhatIsNoLine(_ line: String) {
        Array(line.utf8).withUnsafeBytes { #expect(LineFields($0) == nil) }
    }

    @Test func neverReadsBeyondTheEnd() {
        // Every cut and every flip of one byte, in memory of just the right size, so that a sanitizer sees it too.
        let line = Array(
            #"{"v":1,"at":"2025-11-22T03:00:00.123Z","type":"x","am":{"a":[1,"]"]},"task":"a\\\"b"}"#.utf8
        )
        for end in 0..<line.count {
            Array(line[..<end]).withUnsafeBytes { #expect(LineFields($0) == nil) }
        }
        for index in line.indices {
            for byte in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x5B, 0x5D, 0x2C, 0xFF] as [UInt8] {
                var changed = line
                changed[index] = byte
                changed.withUnsafeBytes { bytes in
                    let fields = LineFields(bytes)
                    for field in EntryField.allCases { #expect((fields?[field]?.count ?? 0) < line.count) }
                }
            }
        }
    }
}
