import Foundation
import MessagePack
import Testing

@testable import AccessControl

@Suite("Answers to identity challenges")
struct IdentityAnswerTests {
    private let limits = IdentityLimits()

    @Suite("Authorization code")
    struct AuthorizationCode {
        private let limits = IdentityLimits()
        private let valid: MessagePackMap = [
            "auth_code": "code-1", "code_verifier": "verifier-1", "redirect_uri": "http://localhost:29206/cb",
        ]

        @Test("The three fields are taken as they are")
        func accepted() throws {
            let answer = try #require(AuthorizationCodeAnswer(.map(valid), limits: limits))
            #expect(answer.code == "code-1")
            #expect(answer.codeVerifier == "verifier-1")
            #expect(answer.redirectURI == "http://localhost:29206/cb")
        }

        @Test("A missing, additional, empty, overlong or non-text field refuses the whole answer")
        func invalid() {
            for key in valid.keys {
                var map = valid
                map[key] = nil
                #expect(AuthorizationCodeAnswer(.map(map), limits: limits) == nil)
                let values: [MessagePackValue] = [
                    "", .null, 5, .binary(Array("code-1".utf8)), .string(String(repeating: "x", count: 4_097)),
                ]
                for value in values {
                    map[key] = value
                    #expect(AuthorizationCodeAnswer(.map(map), limits: limits) == nil)
                }
            }
            var extended = valid
            extended["client_id"] = "x"
            #expect(AuthorizationCodeAnswer(.map(extended), limits: limits) == nil)
            #expect(AuthorizationCodeAnswer(.null, limits: limits) == nil)
            #expect(AuthorizationCodeAnswer("code-1", limits: limits) == nil)
        }
    }

    @Suite("Device code")
    struct DeviceCode {
        private let limits = IdentityLimits()
        private let valid: MessagePackMap = [
            "device_code": "device-1", "expires_at": "2030-01-02T03:04:05.5+00:00", "interval": 5,
        ]

        @Test("The three fields are read")
        func accepted() throws {
            let answer = try #require(DeviceCodeAnswer(.map(valid), limits: limits))
            #expect(answer.deviceCode == "device-1")
            #expect(answer.expiresAt == Date(timeIntervalSince1970: 1_893_553_445.5))
            #expect(answer.interval == .seconds(5))
        }

        @Test(
            "The interval is kept between one and thirty seconds",
            arguments: [
                (Int64.min, 1), (-1, 1), (0, 1), (1, 1), (29, 29), (30, 30), (31, 30), (Int64.max, 30),
            ]
        )
        func interval(given: Int64, seconds: Int) throws {
            var map = valid
            map["interval"] = .int(given)
            #expect(try #require(DeviceCodeAnswer(.map(map), limits: limits)).interval == .seconds(seconds))
        }

        @Test("A missing, additional or mistyped field refuses the whole answer")
        func invalid() {
            let replacements: [String: [MessagePackValue?]] = [
                "device_code": [nil, "", .null, 7],
                "expires_at": [nil, "", "soon", .null, 1_893_553_445],
                "interval": [nil, "5", 5.0, .null, .uint(.max)],
            ]
            for (key, values) in replacements {
                for value in values {
                    var map = valid
                    map[key] = value
                    #expect(DeviceCodeAnswer(.map(map), limits: limits) == nil, "\(key) \(String(describing: value))")
                }
            }
            var extended = valid
            extended["user_code"] = "x"
            #expect(DeviceCodeAnswer(.map(extended), limits: limits) == nil)
        }
    }

    @Test("A SAML form is any map of texts within the limits")
    func saml() throws {
        let form: MessagePackValue = ["SAMLResponse": "PHNhbWw+", "RelayState": ""]
        #expect(
            try #require(SAMLAnswer(form, limits: limits)).form == ["SAMLResponse": "PHNhbWw+", "RelayState": ""]
        )
    }

    @Test("Anything else is no SAML form")
    func notSAML() {
        let tooMany = MessagePackMap((0..<17).map { ("f\($0)", "x") })
        let refused: [MessagePackValue] = [
            [:], .null, "PHNhbWw+", ["SAMLResponse": 1], ["SAMLResponse": ["a", "b"]], .map(tooMany),
            ["SAMLResponse": .string(String(repeating: "x", count: limits.maximumFormFieldBytes + 1))],
            .map([String(repeating: "k", count: limits.maximumFieldBytes + 1): "x"]),
        ]
        for value in refused {
            #expect(SAMLAnswer(value, limits: limits) == nil)
        }
    }
}
