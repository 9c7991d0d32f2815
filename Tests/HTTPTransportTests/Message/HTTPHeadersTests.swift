// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPTransport

struct HTTPHeadersTests {
    @Test func namesIgnoreCaseAndOrderIsKept() {
        var headers: HTTPHeaders = ["A": "1", "b": "2", "a": "3"]
        #expect(headers["a"] == "1")
        #expect(headers.values(of: "A") == ["1", "3"])
        #expect(headers.map(\.name) == ["A", "b", "a"])
        #expect(!headers.contains("c"))

        headers["B"] = "4"
        #expect(headers.map { "\($0.name)=\($0.value)" } == ["A=1", "B=4", "a=3"])
        headers["a"] = nil
        #expect(headers.map(\.name) == ["B"])
        headers.append("C", "5")
        headers["D"] = "6"
        #expect(headers.map(\.name) == ["B", "C", "D"])
    }

    @Test func mergingReplacesFieldsOfTheSameName() {
        var headers: HTTPHeaders = ["A": "1", "B": "2", "a": "3"]
        headers.merge(["A": "4", "C": "5", "c": "6"])
        #expect(headers.map { "\($0.name)=\($0.value)" } == ["B=2", "A=4", "C=5", "c=6"])
    }

    @Test func nonASCIINamesAreDifferentFields() {
        // The Kelvin sign is a lower-case k to Unicode, not to HTTP.
        let headers: HTTPHeaders = ["x-\u{212A}": "1"]
        #expect(headers["x-k"] == nil)
    }

    @Test func descriptionsHideValues() {
        let headers: HTTPHeaders = ["Authorization": "Bearer abc"]
        var dumped = ""
        dump(headers, to: &dumped)
        for text in ["\(headers)", String(reflecting: headers), dumped] {
            #expect(text.contains("Authorization"))
            #expect(!text.contains("abc"))
        }
    }

    @Test(arguments: ["", "a b", "a:", "a\r\n", "ä", "a\u{0}"])
    func namesThatAreNoTokensAreRefused(_ name: String) {
        var headers = HTTPHeaders()
        headers.append(name, "1")
        #expect(headers.requestProblem() != nil)
    }

    @Test(arguments: ["a\r\nB: 1", "a\n", "\r", "a\u{0}", "\u{7F}", "\u{1B}[0m"])
    func valuesWithControlCharactersAreRefusedAndNotRepeated(_ value: String) throws {
        let problem = try #require(HTTPHeaders(dictionaryLiteral: ("X-A", value)).requestProblem())
        #expect(problem == "The value of the header X-A has a control character.")
    }

    @Test(arguments: [
        "Host", "content-length", "Transfer-Encoding", "Connection", "expect", "TE", "Upgrade", "Proxy-Authorization",
    ])
    func fieldsThatFrameTheMessageAreRefused(_ name: String) {
        #expect(HTTPHeaders(dictionaryLiteral: (name, "1")).requestProblem() != nil)
    }

    @Test func ordinaryFieldsPass() {
        let headers: HTTPHeaders = ["Accept": "a\tb", "x-amz-meta!#$%&'*+-.^_`|~9": "ü", "Empty": ""]
        #expect(headers.requestProblem() == nil)
    }

    @Test(arguments: [
        ("authorization", true), ("COOKIE", true), ("x-api-key", true), ("X-Api-Key-Id", true), ("x", false),
    ])
    func credentialsAreRecognised(_ name: String, _ isCredential: Bool) {
        #expect(HTTPHeaders(dictionaryLiteral: (name, "1")).haveCredentials == isCredential)
    }
}
