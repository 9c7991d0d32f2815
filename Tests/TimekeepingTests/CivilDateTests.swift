// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Timekeeping

struct CivilDateTests {
    @Test(arguments: [
        (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2100, 3, 1, 47_541), (0, 1, 1, -719_528),
        (0, 2, 29, -719_469), (1, 1, 1, -719_162), (9999, 12, 31, 2_932_896), (-1, 12, 31, -719_529),
    ])
    func countsDays(_ year: Int, _ month: Int, _ day: Int, _ days: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.daysSince1970 == days)
        #expect(CivilDate(daysSince1970: days) == date)
    }

    @Test(arguments: [
        (2026, 2, 30), (2026, 2, 29), (1900, 2, 29), (2024, 2, 30), (2026, 4, 31), (2026, 6, 31), (2026, 9, 31),
        (2026, 11, 31), (2026, 1, 32), (2026, 1, 0), (2026, 0, 1), (2026, 13, 1), (2026, -1, 1), (2026, 1, -1),
    ])
    func hasNoOtherDays(_ year: Int, _ month: Int, _ day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test func everyDayFollowsTheOneBefore() {
        var last = CivilDate(daysSince1970: -800_000)
        let wrong = (-799_999..<100_000).filter { days in
            let date = CivilDate(daysSince1970: days)
            defer { last = date }
            let isNext =
                CivilDate(year: last.year, month: last.month, day: last.day + 1) ?? CivilDate(
                    year: last.year,
                    month: last.month + 1,
                    day: 1
                ) ?? CivilDate(year: last.year + 1, month: 1, day: 1)
            return date != isNext || date.daysSince1970 != days
        }
        #expect(wrong.isEmpty)
    }
}
