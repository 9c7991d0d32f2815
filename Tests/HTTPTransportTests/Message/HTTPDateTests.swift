// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import TestSupport
import Testing

struct HTTPDateTests {
    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ("Tuesday, 19-Jan-38 03:14:07 GMT", 2_147_483_647),
        ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
    ])
    func parses(_ text: String, _ seconds: Int) {
        #expect(HTTPDate.parse(text) == Date(timeIntervalSince1970: TimeInterval(seconds)))
    }

    @Test(arguments: [
        "", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Foo 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2023 00:00:00 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 8:49 GMT", "Wed, 31 Dec 1969 23:59:59 GMT",
        "Sun, 06 Nov 1994 -8:49:37 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37:00 GMT",
    ])
    func refuses(_ text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test func agreesWithTheSystemForEveryDayOfACentury() {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let wrong = (0..<36_525).filter { day in
            var seconds = day * 86_400
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let text = "Day, \(parts.tm_mday) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) 00:00:00 GMT"
            return HTTPDate.parse(text) != Date(timeIntervalSince1970: TimeInterval(seconds))
        }
        #expect(wrong.isEmpty)
    }

    @Test func arbitraryTextNeverTraps() {
        var generator = SeededGenerator(seed: 1)
        let alphabet = Array("Sun, 06-Nov 1994:GMT\u{0}ü9")
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).compactMap { _ in
                alphabet.randomElement(using: &generator)
            }
            _ = HTTPDate.parse(String(text))
        }
    }
}
