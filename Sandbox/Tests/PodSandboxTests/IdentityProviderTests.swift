// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import PodSandbox
import Testing

@Suite struct IdentityProviderTests {
    private typealias Answer = (status: Int, members: [String: JSONValue])

    private func post(_ sandbox: Sandbox, _ path: String, _ fields: [(String, String)]) async throws -> Answer {
        let http = HTTPClient()
        defer { http.shutdown() }
        let url = try sandbox.identityProvider.url.appending(path: path)
        var request = HTTPRequest.form(url, fields)
        request.retry = .none
        let response = try await http.send(request)
        let value = try JSONDecoder().decode(JSONValue.self, from: response.body)
        return (response.status, value.objectValue ?? [:])
    }

    private static let client = ("client_id", SandboxIdentityProvider.clientID)

    @Test func deviceLoginAndRotation() async throws {
        try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            let code = try await post(
                sandbox,
                "oauth/device/code",
                [
                    Self.client, ("scope", "profile openid offline_access"),
                    ("audience", SandboxDirectory.hubAudience),
                ]
            )
            let poll = [
                Self.client, ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", code.members["device_code"]?.stringValue ?? ""),
            ]
            #expect(try await post(sandbox, "oauth/token", poll).members["error"] == "authorization_pending")
            #expect(try await post(sandbox, "oauth/token", poll).members["error"] == "slow_down")
            let userCode = try await sandbox.identityProvider.waitForUserCode()
            try sandbox.identityProvider.answerDeviceCode(userCode: userCode, as: "acme", approves: true)
            let tokens = try await post(sandbox, "oauth/token", poll)
            #expect(tokens.status == 200)
            #expect(tokens.members["token_type"] == "Bearer")
            // The code is used up.
            #expect(try await post(sandbox, "oauth/token", poll).members["error"] == "invalid_grant")

            let refresh = [
                Self.client, ("grant_type", "refresh_token"),
                ("refresh_token", tokens.members["refresh_token"]?.stringValue ?? ""),
            ]
            let renewed = try await post(sandbox, "oauth/token", refresh)
            #expect(renewed.status == 200)
            #expect(renewed.members["refresh_token"] != tokens.members["refresh_token"])
            // The old refresh token is dead after its use.
            #expect(try await post(sandbox, "oauth/token", refresh).status == 403)
        }
    }

    @Test func wrongClientScopeAndAudienceAreRefused() async throws {
        try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            let scope = ("scope", "profile openid offline_access")
            let audience = ("audience", SandboxDirectory.hubAudience)
            func status(_ fields: [(String, String)]) async throws -> Int {
                try await post(sandbox, "oauth/device/code", fields).status
            }
            #expect(try await status([Self.client, scope, audience]) == 200)
            #expect(try await status([("client_id", "other"), scope, audience]) == 401)
            #expect(try await status([Self.client, ("scope", "execute:task"), audience]) == 400)
            #expect(try await status([Self.client, scope, ("audience", "https://elsewhere")]) == 403)
            #expect(try await status([Self.client, scope]) == 400)
        }
    }

    @Test func deniedAndExpiredDeviceCodes() async throws {
        try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            func poll(_ lifetime: TimeInterval, denies: Bool) async throws -> JSONValue? {
                sandbox.identityProvider.deviceCodeLifetime = lifetime
                let code = try await post(
                    sandbox,
                    "oauth/device/code",
                    [Self.client, ("scope", "execute:task"), ("audience", SandboxDirectory.proofAudience)]
                )
                if denies {
                    let userCode = code.members["user_code"]?.stringValue ?? ""
                    try sandbox.identityProvider.answerDeviceCode(userCode: userCode, as: "acme", approves: false)
                }
                let fields = [
                    Self.client, ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                    ("device_code", code.members["device_code"]?.stringValue ?? ""),
                ]
                return try await post(sandbox, "oauth/token", fields).members["error"]
            }
            #expect(try await poll(600, denies: true) == "access_denied")
            #expect(try await poll(0, denies: false) == "expired_token")
        }
    }
}
