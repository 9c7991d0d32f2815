// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Testing

struct PodIdentifierTests {
    @Test(arguments: ["a", "heart-data", "a_b-c", "0", "x9_9", String(repeating: "a", count: 200)])
    func takesNames(_ name: String) {
        #expect(PodIdentifier.isValidName(name))
    }

    @Test(arguments: ["", "-a", "a-", "a--b", "a-_b", "A", "a b", "good BAD!", "é", "٣", "a/b", "a\n", "_", "a\u{0}"])
    func refusesNames(_ name: String) {
        #expect(!PodIdentifier.isValidName(name))
        #expect(!PodIdentifier.isValidUsername(name))
    }

    @Test func limitsUsernames() {
        #expect(PodIdentifier.isValidUsername(String(repeating: "a", count: 39)))
        #expect(!PodIdentifier.isValidUsername(String(repeating: "a", count: 40)))
    }

    @Test func readsAndWritesTheWholeForm() throws {
        let identifier = try PodIdentifier("alice/heart-data")
        #expect(identifier.owner == "alice")
        #expect(identifier.name == "heart-data")
        #expect(identifier.description == "alice/heart-data")
    }

    @Test(arguments: ["", "alice", "/", "alice/", "/x", "alice/x/y", "Alice/x", "alice/X", " alice/x"])
    func refusesOtherForms(_ text: String) async {
        await expect(.invalidArgument) { try PodIdentifier(text) }
    }

    @Test func cutsNamesToTheBudget() {
        let owner = String(repeating: "o", count: 30)
        #expect(PodIdentifier.coercedName("fits", owner: owner) == "fits")
        let exact = String(repeating: "n", count: 39)
        #expect(PodIdentifier.coercedName(exact, owner: owner) == exact)
        #expect(PodIdentifier.coercedName(exact + "n", owner: owner) == exact)
        let separated = String(repeating: "n", count: 37) + "-_" + "tail"
        #expect(PodIdentifier.coercedName(separated, owner: owner) == String(repeating: "n", count: 37))
    }
}
