import Foundation
import TestSupport
import Testing

@testable import AuditLog

@Suite struct EntryTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func writesAndReadsKnownMoments(_ milliseconds: Int64, _ text: String) {
        #expect(EntryTime.text(milliseconds: milliseconds) == text)
        #expect(EntryTime.milliseconds(text: text) == milliseconds)
    }

    @Test func agreesWithFoundation() throws {
        var generator = SeededGenerator(seed: 3)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<2_000 {
            let milliseconds = Int64.random(in: 0...253_402_300_799_999, using: &generator)
            let text = EntryTime.text(milliseconds: milliseconds)
            let date = try Date(text, strategy: style)
            #expect(EntryTime.milliseconds(date) == milliseconds)
            #expect(EntryTime.milliseconds(EntryTime.date(milliseconds: milliseconds)) == milliseconds)
            #expect(EntryTime.milliseconds(text: text) == milliseconds)
        }
    }

    @Test(arguments: [
        "", "2025-11-22T03:00:00Z", "2025-11-22 03:00:00.000Z", "2025-02-29T00:00:00.000Z", "2025-13-01T00:00:00.000Z",
        "2025-11-22T24:00:00.000Z", "2025-11-22T03:60:00.000Z", "2025-11-22T03:00:60.000Z", "+025-11-22T03:00:00.000Z",
        "2025-11-22T03:00:00.000z", "２025-11-22T03:00:00.00Z",
    ])
    func refusesOtherForms(_ text: String) {
        #expect(EntryTime.milliseconds(text: text) == nil)
    }

    @Test func absurdClocksAreKeptWithinTheFormat() {
        #expect(EntryTime.text(milliseconds: EntryTime.milliseconds(.distantPast)).count == 24)
        #expect(
            EntryTime.text(milliseconds: EntryTime.milliseconds(Date(timeIntervalSince1970: 1e300))).hasPrefix("9999")
        )
        #expect(
            EntryTime.text(milliseconds: EntryTime.milliseconds(Date(timeIntervalSince1970: -1e300))).hasPrefix("0000")
        )
        #expect(EntryTime.text(milliseconds: EntryTime.milliseconds(Date(timeIntervalSince1970: .nan))).count == 24)
    }
}
