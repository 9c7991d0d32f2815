// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import MessagePack
import TaskTestSupport
import TestSupport
import Testing

struct IdentityMessageTests {
    private let code: MessagePackMap = ["auth_code": "c", "code_verifier": "v", "redirect_uri": "http://localhost/"]
    private let device: MessagePackMap = ["device_code": "d", "expires_at": "2030-01-02T03:04:05+00:00", "interval": 5]

    /// What the SDKs send is read in full, and what the pod sends is what theirs do.
    @Test(arguments: try RecordedCase.all("messages.json", "cases"))
    func recordedBodiesComeBack(recorded: RecordedCase) throws {
        let body = try #require(recorded.fields["value"])
        switch try recorded.text("type") {
        case "OIDC_CHALLENGE":
            let clientID = try #require(body.mapValue?["client_id"]?.stringValue)
            #expect(OIDCChallenge(clientID: clientID).body == body)
        case "OIDC_AFC_PKCE_RESPONSE": #expect(try AuthorizationCodeResponse(body: body).body == body)
        case "OIDC_DEVICE_CODE_RESPONSE": #expect(try DeviceCodeResponse(body: body).body == body)
        case "SAML_REQUEST": #expect(SAMLChallenge(samlRequest: try #require(body.stringValue)).body == body)
        case "SAML_RESPONSE": #expect(try SAMLResponse(body: body).body == body)
        default: #expect(throws: TaskFormatError.self) { try DeviceCodeResponse(body: body) }
        }
    }

    @Test(arguments: ["auth_code", "code_verifier", "redirect_uri"])
    func anAuthorizationCodeNeedsEachText(key: String) {
        for value: MessagePackValue? in [
            nil, .null, "", 1, .binary([1]), .string(String(repeating: "x", count: 9_000)),
        ] {
            var map = code
            map[key] = value
            #expect(throws: TaskFormatError.self) { try AuthorizationCodeResponse(body: .map(map)) }
        }
    }

    @Test(
        arguments: [
            ("device_code", nil), ("device_code", 1), ("expires_at", .null), ("expires_at", 1), ("interval", nil),
            ("interval", 5.0), ("interval", "5"), ("interval", .uint(.max)),
        ] as [(String, MessagePackValue?)]
    )
    func aDeviceCodeNeedsEachField(key: String, value: MessagePackValue?) {
        var map = device
        map[key] = value
        #expect(throws: TaskFormatError.self) { try DeviceCodeResponse(body: .map(map)) }
    }

    @Test(arguments: ["extra", "Auth_code"], [1, .null] as [MessagePackValue])
    func otherKeysAreRefused(key: String, value: MessagePackValue) {
        var map = code
        map[key] = value
        #expect(throws: TaskFormatError(.unexpectedField, in: .message)) {
            try AuthorizationCodeResponse(body: .map(map))
        }
        map = device
        map[key] = value
        #expect(throws: TaskFormatError(.unexpectedField, in: .message)) { try DeviceCodeResponse(body: .map(map)) }
    }

    @Test(
        arguments: ["text", .null, [], [:], ["SAMLResponse": 1], ["SAMLResponse": .binary([1])]] as [MessagePackValue]
    )
    func aFormHoldsTextsOnly(body: MessagePackValue) {
        #expect(throws: TaskFormatError.self) { try SAMLResponse(body: body) }
    }

    @Test
    func aFormIsLimited() {
        let many = MessagePackMap((0...16).map { ("field \($0)", "x") })
        #expect(throws: TaskFormatError.self) { try SAMLResponse(body: .map(many)) }
        let long: MessagePackValue = ["SAMLResponse": .string(String(repeating: "x", count: 300_000))]
        #expect(throws: TaskFormatError.self) { try SAMLResponse(body: long) }
    }

    @Test
    func descriptionsShowNoSecrets() throws {
        #expect(!"\(try AuthorizationCodeResponse(body: .map(code)))".contains("localhost"))
        #expect(!"\(try DeviceCodeResponse(body: .map(device)))".contains("2030"))
        #expect(!"\(try SAMLResponse(body: ["SAMLResponse": "secret"]))".contains("secret"))
    }
}
