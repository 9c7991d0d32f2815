// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import Testing

struct RedactedURLTests {
    @Test(arguments: [
        ("https://h.example/p", "https://h.example/p"),
        ("https://user:secret@h.example:8443/p", "https://h.example:8443/p"),
        ("https://h.example/p?X-Sig=secret&b=&c", "https://h.example/p?X-Sig=…&b=…&…"),
        ("https://h.example/p?secret", "https://h.example/p?…"),
        ("https://h.example/p#secret", "https://h.example/p"),
        ("https://[::1]:1/p?a=secret=b", "https://[::1]:1/p?a=…"),
    ])
    func hidesWhatMayBeSecret(_ text: String, _ redacted: String) throws {
        let url = try #require(URL(string: text))
        #expect(RedactedURL(url).description == redacted)
    }

    @Test func isCutOff() throws {
        let url = try #require(URL(string: "https://h.example/" + String(repeating: "a", count: 2_000)))
        #expect(RedactedURL(url).description.count == RedactedURL.maximumLength)
    }
}
