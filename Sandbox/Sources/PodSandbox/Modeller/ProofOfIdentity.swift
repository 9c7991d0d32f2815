// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import MessagePack

/// A modeller's answer to a challenge (bitfount-protocol.md, 9.7), true to their conduct.
struct ProofOfIdentity: Sendable {
    /// The answer, and what happens in the browser after it has been sent.
    struct Prepared: Sendable {
        let type: MessageType
        let value: MessagePackValue
        var afterwards: @Sendable () async throws -> Void = {}
    }

    let username: String
    let conduct: ModellerConduct
    let authentication: AuthenticationType
    let browser: ScriptedBrowser

    private var login: String {
        if case .logsInAs(let other) = conduct { other } else { username }
    }

    func prepare(_ challenge: MessagePackValue) async throws -> Prepared {
        switch authentication {
        case .oidcAuthorizationCode:
            try check(challenge)
            return try await authorizationCode()
        case .oidcDeviceCode:
            try check(challenge)
            return try await deviceCode()
        default:
            guard let request = challenge.stringValue else {
                throw SandboxError(.unexpectedAnswer, "the SAML challenge is no string")
            }
            return try await saml(request)
        }
    }

    /// The client must be that of the modeller's own environment.
    private func check(_ challenge: MessagePackValue) throws(SandboxError) {
        guard let map = challenge.mapValue, map.keys == ["client_id"],
            map["client_id"] == .string(SandboxIdentityProvider.clientID)
        else { throw SandboxError(.unexpectedAnswer, "the challenge does not name the right client") }
    }

    private func authorizationCode() async throws -> Prepared {
        let verifier = SandboxIDs.secret(bytes: 32)
        let redirectURI = try browser.callback()
        let code =
            conduct == .denies
            ? "denied"
            : try await browser.authorizationCode(
                as: login,
                redirectURI: redirectURI,
                challenge: PKCE.challenge(for: verifier)
            )
        var map: MessagePackMap = [
            "auth_code": .string(code),
            "code_verifier": .string(conduct == .wrongVerifier ? SandboxIDs.secret(bytes: 32) : verifier),
            "redirect_uri": .string(redirectURI),
        ]
        if conduct == .answersNonsense { map["code_verifier"] = .array([.int(7)]) }
        return Prepared(type: .oidcAuthorizationCodeResponse, value: .map(map))
    }

    private func deviceCode() async throws -> Prepared {
        let code = try await browser.deviceCode()
        let expiresAt = Date().addingTimeInterval(Double(code.expiresIn))
        var map: MessagePackMap = [
            "device_code": .string(code.code),
            // As Python writes it: an offset instead of a Z.
            "expires_at": .string(expiresAt.formatted(.iso8601).replacing("Z", with: "+00:00")),
            "interval": .int(Int64(code.interval)),
        ]
        if conduct == .answersNonsense { map["expires_at"] = .string("tomorrow") }
        return Prepared(type: .oidcDeviceCodeResponse, value: .map(map)) { [browser, login, conduct] in
            try await browser.answer(code, as: login, approves: conduct != .denies)
        }
    }

    private func saml(_ request: String) async throws -> Prepared {
        if conduct == .answersNonsense { return Prepared(type: .samlResponse, value: .array([])) }
        let answered =
            conduct == .foreignSAMLResponse
            ? SAMLRequestText.make(id: "_recorded-elsewhere", destination: "") : request
        var form = conduct == .denies ? [:] : try await browser.samlForm(answered, as: login)
        if conduct == .overridesSAMLFields {
            form["modellerName"] = "root"
            form["podIdentifier"] = "root/anything"
            form["originalSAMLRequestID"] = "_mine"
            form["projectId"] = "other-project"
        }
        let map = MessagePackMap(form.sorted { $0.key < $1.key }.map { ($0.key, MessagePackValue.string($0.value)) })
        return Prepared(type: .samlResponse, value: .map(map))
    }
}
