// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import HTTPTransport

/// What happens in a modeller's browser: logging in, agreeing, and being sent back.
struct ScriptedBrowser: Sendable {
    let http: HTTPClient
    let identityProvider: SandboxIdentityProvider

    struct DeviceCode: Sendable {
        let code: String
        let userCode: String
        let interval: Int
        let expiresIn: Int
    }

    /// Logs in as `username` and comes back with an authorization code for the callback.
    func authorizationCode(as username: String, redirectURI: String, challenge: String) async throws -> String {
        let nonce = SandboxIDs.secret(bytes: 8)
        let query = FormEncoding.encode([
            ("response_type", "code"), ("client_id", SandboxIdentityProvider.clientID),
            ("audience", SandboxDirectory.proofAudience), ("scope", "execute:task"), ("redirect_uri", redirectURI),
            ("code_challenge", challenge), ("code_challenge_method", "S256"), ("state", nonce),
            ("login_hint", username),
        ])
        var request = HTTPRequest(.get, try page("authorize?\(query)"))
        request.redirects = .follow(maximum: 1)
        let answer = try await members(of: http.send(request))
        guard answer["state"]?.stringValue == nonce, let code = answer["code"]?.stringValue else {
            throw SandboxError(.unexpectedAnswer, "the login did not come back with a code")
        }
        return code
    }

    /// Where the browser is sent back to.
    func callback() throws -> String {
        try identityProvider.url.absoluteString + "/callback"
    }

    /// Asks for a device code for proving identity.
    func deviceCode() async throws -> DeviceCode {
        let answer = try await members(
            of: http.send(
                .form(
                    try page("oauth/device/code"),
                    [
                        ("client_id", SandboxIdentityProvider.clientID), ("scope", "execute:task"),
                        ("audience", SandboxDirectory.proofAudience),
                    ]
                )
            )
        )
        guard let code = answer["device_code"]?.stringValue, let userCode = answer["user_code"]?.stringValue,
            let interval = answer["interval"]?.integerValue, let expiresIn = answer["expires_in"]?.integerValue
        else { throw SandboxError(.unexpectedAnswer, "there was no device code") }
        return DeviceCode(code: code, userCode: userCode, interval: Int(interval), expiresIn: Int(expiresIn))
    }

    /// Opens the verification page and answers it.
    func answer(_ deviceCode: DeviceCode, as username: String, approves: Bool) async throws {
        let fields = [
            ("user_code", deviceCode.userCode), ("username", username), ("answer", approves ? "approve" : "deny"),
        ]
        let response = try await http.send(.form(try page("activate"), fields))
        guard response.status == 200 else {
            throw SandboxError(.unexpectedAnswer, "the verification page answered \(response.status)")
        }
    }

    /// Takes a SAML request to the identity provider, logs in as `username` and returns the form that is posted back.
    func samlForm(_ samlRequest: String, as username: String) async throws -> [String: String] {
        let query = FormEncoding.encode([
            ("SAMLRequest", samlRequest), ("RelayState", SandboxIDs.secret(bytes: 8)), ("login_hint", username),
        ])
        let response = try await http.send(
            HTTPRequest(.get, try page("samlp/\(SandboxIdentityProvider.clientID)?\(query)"))
        )
        var form: [String: String] = [:]
        for input in String(decoding: response.body, as: UTF8.self).split(separator: "<input ").dropFirst() {
            let parts = input.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
            if parts.count > 5 { form[parts[3]] = parts[5] }
        }
        guard form["SAMLResponse"] != nil else {
            throw SandboxError(.unexpectedAnswer, "the SAML login answered \(response.status)")
        }
        return form
    }

    private func page(_ path: String) throws -> URL {
        let text = try identityProvider.url.absoluteString + "/" + path
        guard let url = URL(string: text) else { throw SandboxError(.misuse, "\(text) is no URL") }
        return url
    }

    private func members(of response: HTTPResponse) throws -> [String: JSONValue] {
        guard response.status == 200,
            let value = try? JSONDecoder().decode(JSONValue.self, from: response.body), let members = value.objectValue
        else { throw SandboxError(.unexpectedAnswer, "the identity provider answered \(response.status)") }
        return members
    }
}
