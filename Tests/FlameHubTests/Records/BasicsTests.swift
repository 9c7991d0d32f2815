// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import FlameHub

@Suite struct BasicsTests {
    @Test(arguments: [
        ("0.14.0", HubVersion(0, 14, 0)), ("0.8.8", HubVersion(0, 8, 8)), ("1.2", HubVersion(1, 2, 0)),
        ("v0.13.1-beta.2", HubVersion(0, 13, 1)), ("0.12.5+build", HubVersion(0, 12, 5)),
    ])
    func readsVersions(_ text: String, _ version: HubVersion) {
        #expect(HubVersion(text) == version)
    }

    @Test(arguments: ["", "latest", "1", "1.2.3.4", "1..2", "99999999999999999999.1.1"])
    func refusesOtherVersions(_ text: String) {
        #expect(HubVersion(text) == nil)
    }

    @Test func comparesVersions() {
        #expect(HubVersion(0, 9, 0) < HubVersion(0, 13, 0))
        #expect(HubVersion(0, 12, 5) < .camelCase)
        #expect(HubVersion(1, 0, 0) > .camelCase)
    }

    @Test(arguments: [
        ("createdAt", "created_at"), ("analysisRealmId", "analysis_realm_id"), ("root", "root"),
        ("analysis.buildStatus", "analysis.build_status"), ("backchannelLogoutUri", "backchannel_logout_uri"),
    ])
    func spellsNames(_ camel: String, _ snake: String) {
        #expect(FieldNaming.snakeCase.spelling(of: camel) == snake)
        #expect(FieldNaming.camelCase.spelling(of: camel) == camel)
        #expect(FieldNaming.newest(snake) == camel)
        #expect(FieldNaming.newest(camel) == camel)
    }

    @Test(arguments: [
        ("id", "id"), ("realmID", "realmId"), ("redirectURI", "redirectUri"), ("baseURL", "baseUrl"),
        ("buildOS", "buildOs"),
    ])
    func namesProperties(_ property: String, _ wire: String) {
        #expect(FieldNaming.wireName(ofProperty: property) == wire)
    }

    @Test(arguments: [
        ("2026-08-20T14:58:48.000Z", 1_787_237_928.0), ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T23:59:59.5Z", 1_709_251_199.5),
        ("2026-08-20T16:58:48.250+02:00", 1_787_237_928.25), ("2026-08-20T10:28:48-04:30", 1_787_237_928),
        ("2000-03-01 00:00:00Z", 951_868_800), ("1999-12-31T23:59:60Z", 946_684_800),
    ])
    func readsTimes(_ text: String, _ seconds: Double) throws {
        let timestamp = try #require(HubTimestamp(text))
        #expect(abs(timestamp.date.timeIntervalSince1970 - seconds) < 0.000_001)
        #expect(timestamp.text == text)
    }

    @Test(arguments: [
        "", "2026-08-20", "2026-08-20T14:58:48", "2026-13-20T14:58:48Z", "2026-08-20T24:58:48Z",
        "2026-08-20T14:58:48.Z",
        "2026-08-20T14:58:48.000Zx", "20260820T145848Z", "２026-08-20T14:58:48Z", "2026-02-30T14:58:48Z",
        "2025-02-29T14:58:48Z",
        "2026-04-31T14:58:48Z",
    ])
    func refusesOtherTimes(_ text: String) {
        #expect(HubTimestamp(text) == nil)
    }

    @Test func agreesWithFoundationOnTimes() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let date = Date(
                timeIntervalSince1970: Double(Int64.random(in: 0...4_102_444_800_000, using: &random)) / 1000
            )
            let written = HubTimestamp(date)
            let read = try #require(HubTimestamp(written.text))
            #expect(abs(read.date.timeIntervalSince(date)) < 0.000_01, "\(written.text)")
        }
    }

    @Test func writesIDsInLowerCase() throws {
        let id = try #require(HubID<Node>("AB000000-0000-4000-8000-0000000000FF"))
        #expect(id.text == "ab000000-0000-4000-8000-0000000000ff")
        #expect(String(decoding: try JSONEncoder().encode(["a": id]), as: UTF8.self) == #"{"a":"\#(id.text)"}"#)
        #expect(HubID<Node>("../users") == nil)
    }

    @Test func readsPublicKeysInEveryForm() throws {
        let base64 =
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEo4Yc0b3q5yJ0f1l2m3n4o5p6q7r8s9t0u1v2w3x4y5z6A7B8C9D0E1F2G3H4I5J6K7L8M9N0O1P2Q3R4S5T6Ug=="
        let oneLine = "-----BEGIN PUBLIC KEY-----\n\(base64)\n-----END PUBLIC KEY-----"
        let wrapped =
            "-----BEGIN PUBLIC KEY-----\r\n\(base64.prefix(64))\r\n\(base64.dropFirst(64))\r\n-----END PUBLIC KEY-----\r\n"
        let hex = oneLine.utf8.map { String(format: "%02x", $0) }.joined()
        let key = try #require(NodePublicKey(oneLine))
        #expect(key.der.count == 91)
        #expect(NodePublicKey(wrapped) == key)
        #expect(NodePublicKey(hex) == key)
        #expect(NodePublicKey(hex.uppercased()) == key)
        for text in ["", "abcd", "abc", "zz", String(hex.dropLast(2)), "-----BEGIN PUBLIC KEY-----"] {
            #expect(NodePublicKey(text) == nil)
        }
    }
}
