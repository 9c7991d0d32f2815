import Foundation
import Testing

@testable import TaskFlow

@Suite("Timestamps of peers")
struct ISO8601TimestampTests {
    @Test(
        "Every form in use names the moment it should",
        arguments: [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2024-02-29T12:34:56", 1_709_210_096),
            ("2024-02-29T12:34:56Z", 1_709_210_096),
            ("2024-02-29T12:34:56+00:00", 1_709_210_096),
            ("2024-02-29 12:34:56", 1_709_210_096),
            ("2024-02-29T12:34:56.5Z", 1_709_210_096.5),
            ("2024-02-29T12:34:56.678901+00:00", 1_709_210_096.678901),
            ("2024-02-29T12:34:56.123456789", 1_709_210_096.123456789),
            ("2024-02-29T14:04:56+01:30", 1_709_210_096),
            ("2024-02-29T14:04:56+0130", 1_709_210_096),
            ("2024-02-29T08:34:56-04", 1_709_210_096),
            ("2023-12-31T23:59:60Z", 1_704_067_200),
            ("2000-12-31T23:59:59Z", 978_307_199),
            ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ]
    )
    func understood(text: String, seconds: Double) throws {
        let date = try #require(ISO8601Timestamp.parse(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-5)
    }

    @Test(
        "Nothing else is guessed at",
        arguments: [
            "", " ", "now", "2024", "2024-02-29", "2024-02-29T", "2024-02-29T12:34", "2024-02-29T12:34:56.",
            "2024-02-29T12:34:56,5Z", "2024-02-30T12:34:56Z", "2023-02-29T12:34:56Z", "1900-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z", "0000-01-01T00:00:00Z",
            "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00+01:60", "2024-01-01T00:00:00+1", "2024-01-01T00:00:00ZZ", "2024-01-01T00:00:00Z ",
            " 2024-01-01T00:00:00Z", "2024-01-01t00:00:00z", "2024-1-1T00:00:00Z", "+2024-01-01T00:00:00Z",
            "20240101T000000Z", "2024-01-01T00:00:00+", "2024-01-01T00:00:00+01:", "\u{0660}024-01-01T00:00:00Z",
            "2024-01-01T00:00:00Z\u{0}", "1709210096",
            "2024-01-01T00:00:00." + String(repeating: "0", count: 64) + "Z",
        ]
    )
    func refused(text: String) {
        #expect(ISO8601Timestamp.parse(text) == nil)
    }

    @Test("Agrees with Foundation on days all over the calendar")
    func agreesWithFoundation() throws {
        let formatter = ISO8601DateFormatter()
        // A step that is coprime to days, months and leap cycles visits every kind of day.
        for step in 0..<5_000 {
            let date = Date(timeIntervalSince1970: Double(-2_000_000_000 + step * 1_299_709))
            let text = formatter.string(from: date)
            #expect(ISO8601Timestamp.parse(text) == date, "\(text)")
        }
    }
}
