// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

struct StrictDecodingTests {
    private struct Shape: Decodable, Equatable {
        let name: String
        let number: Double?
        let whole: UInt64?
    }

    @Test func readsAKnownShape() throws {
        let text = #"{"name":"n\u00e9\n","number":1.5,"whole":18446744073709551615,"unknown":[{"name":"other"}]}"#
        #expect(try Shape(strictJSON: text.utf8) == Shape(name: "né\n", number: 1.5, whole: .max))
        #expect(
            try Shape(strictJSON: #"{"name":"n","number":1e16}"#.utf8) == Shape(name: "n", number: 1e16, whole: nil)
        )
    }

    @Test(arguments: [
        #"{"name":"a","name":"b"}"#, #"{"name":"a"} x"#, #"{"name":"a","other":{"b":1,"b":1}}"#, #"{"name":"\ud800"}"#,
        "",
        #"{"name":"a","number":1e999}"#, #"{"name":"a",}"#, "{'name':'a'}",
    ])
    func refusesWhatTwoReadersCouldTakeDifferently(_ text: String) {
        #expect(throws: JSONError.self) { try Shape(strictJSON: text.utf8) }
    }

    @Test(arguments: ["{}", "[]", #"{"name":1}"#, #"{"name":"a","whole":-1}"#])
    func refusesAnotherShape(_ text: String) {
        #expect(throws: DecodingError.self) { try Shape(strictJSON: text.utf8) }
    }

    @Test func keepsToItsLimits() {
        #expect(throws: JSONError.self) {
            try Shape(strictJSON: #"{"name":"abcdef"}"#.utf8, limits: JSONLimits(maximumBytes: 8))
        }
    }
}
