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

    @Test func keepsCutNamesApart() {
        let owner = String(repeating: "o", count: 30)
        let stem = String(repeating: "n", count: 39)
        let renamed = PodIdentifier.coercedNames(
            [stem + "1", "short", stem + "2", stem + "3", stem + "2"],
            owner: owner
        )
        #expect(
            renamed == [
                stem + "1": stem,
                stem + "2": String(stem.dropLast(2)) + "-1",
                stem + "3": String(stem.dropLast(2)) + "-2",
            ]
        )
        #expect(
            PodIdentifier.coercedNames([stem, stem + "1"], owner: owner) == [
                stem + "1": String(stem.dropLast(2)) + "-1"
            ]
        )
    }
}
