// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Timekeeping

struct ISO8601ReadingTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0.0), ("2024-02-29T12:34:56Z", 1_709_210_096),
            ("2024-02-29T12:34:56+00:00", 1_709_210_096), ("2024-02-29 12:34:56Z", 1_709_210_096),
            ("2024-02-29T12:34:56.5Z", 1_709_210_096.5), ("2024-02-29T12:34:56.678901+00:00", 1_709_210_096.678901),
            ("2024-02-29T12:34:56.123456789Z", 1_709_210_096.123456789), ("2024-02-29T14:04:56+01:30", 1_709_210_096),
            ("2024-02-29T14:04:56+0130", 1_709_210_096), ("2024-02-29T08:34:56-04", 1_709_210_096),
            ("2023-12-31T23:59:60Z", 1_704_067_200), ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("2024-02-29T12:34:56.1234567890123456789012345678901Z", 1_709_210_096.123456789),
        ]
    )
    func understands(_ text: String, _ seconds: Double) throws {
        let date = try #require(ISO8601.date(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-6)
        #expect(ISO8601.date(text, missingZone: .utc) == date)
    }

    @Test func aMissingZoneIsUTCOnlyWhereItMayBe() {
        #expect(ISO8601.date("2024-02-29T12:34:56") == nil)
        #expect(
            ISO8601.date("2024-02-29T12:34:56.25", missingZone: .utc)
                == Date(timeIntervalSince1970: 1_709_210_096.25)
        )
    }

    @Test(
        arguments: [
            "", " ", "now", "2024", "2024-02-29", "2024-02-29T", "2024-02-29T12:34", "2024-02-29T12:34Z",
            "2024-02-29T12:34:56.", "2024-02-29T12:34:56.Z", "2024-02-29T12:34:56,5Z", "2024-02-30T12:34:56Z",
            "2023-02-29T12:34:56Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z", "0000-01-01T00:00:00Z", "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+01:60",
            "2024-01-01T00:00:00+1", "2024-01-01T00:00:00ZZ", "2024-01-01T00:00:00Z ", " 2024-01-01T00:00:00Z",
            "2024-01-01t00:00:00z", "2024-1-1T00:00:00Z", "+2024-01-01T00:00:00Z", "20240101T000000Z",
            "2024-01-01T00:00:00+", "2024-01-01T00:00:00+01:", "\u{0660}024-01-01T00:00:00Z", "２026-08-20T14:58:48Z",
            "2024-01-01T00:00:00Z\u{0}", "1709210096", "2024-01-01T00:00:00." + String(repeating: "0", count: 64) + "Z",
        ]
    )
    func guessesAtNothingElse(_ text: String) {
        #expect(ISO8601.date(text) == nil)
        #expect(ISO8601.date(text, missingZone: .utc) == nil)
    }

    @Test func arbitraryTextNeverTraps() {
        var random = SeededGenerator(seed: 4)
        let alphabet = Array("0129-:+.TZ ü")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...30, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                }
            )
            _ = ISO8601.date(text, missingZone: .utc)
            _ = ISO8601.milliseconds(text)
        }
    }
}

struct ISO8601WritingTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func writesAndReadsKnownMoments(_ milliseconds: Int64, _ text: String) {
        #expect(ISO8601.text(milliseconds: milliseconds) == text)
        #expect(ISO8601.milliseconds(text) == milliseconds)
    }

    @Test func agreesWithFoundation() throws {
        var random = SeededGenerator(seed: 3)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<2_000 {
            // From the year 1600 on: before 1582 Foundation counts by another calendar.
            let milliseconds = Int64.random(in: -11_676_096_000_000...253_402_300_799_999, using: &random)
            let text = ISO8601.text(milliseconds: milliseconds)
            let date = try Date(text, strategy: style)
            #expect(ISO8601.milliseconds(of: date) == milliseconds)
            #expect(ISO8601.milliseconds(of: ISO8601.date(milliseconds: milliseconds)) == milliseconds)
            #expect(ISO8601.milliseconds(text) == milliseconds)
            #expect(ISO8601.date(text).map(ISO8601.milliseconds(of:)) == milliseconds)
            #expect(ISO8601.text(ISO8601.date(milliseconds: milliseconds)) == text)
        }
    }

    @Test(arguments: [
        "", "2025-11-22T03:00:00Z", "2025-11-22 03:00:00.000Z", "2025-02-29T00:00:00.000Z", "2025-02-30T00:00:00.000Z",
        "2025-13-01T00:00:00.000Z", "2025-11-22T24:00:00.000Z", "2025-11-22T03:60:00.000Z", "2025-11-22T03:00:60.000Z",
        "+025-11-22T03:00:00.000Z", "2025-11-22T03:00:00.000z", "２025-11-22T03:00:00.00Z",
    ])
    func readsExactlyWhatItWrites(_ text: String) {
        #expect(ISO8601.milliseconds(text) == nil)
    }

    @Test(
        arguments: [(-62_135_596_800, "0001"), (1e300, "9999"), (-1e300, "0000"), (.nan, "0000")] as [(Double, String)]
    )
    func absurdClocksAreKeptWithinTheFormat(_ seconds: Double, _ year: String) {
        let text = ISO8601.text(Date(timeIntervalSince1970: seconds))
        #expect(text.hasPrefix(year))
        #expect(text.count == 24)
    }
}
