// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import HTTPTypes
import Hummingbird

/// The OAuth endpoints: device codes, authorization codes with PKCE, refresh tokens with rotation.
extension SandboxIdentityProvider {
    /// Which scope goes with which audience (bitfount-protocol.md, 1.3).
    static let scopes = [
        SandboxDirectory.hubAudience: "profile openid offline_access",
        SandboxDirectory.proofAudience: "execute:task",
    ]
    /// How long an authorization code holds, in seconds.
    static let codeLifetime: TimeInterval = 60

    func router() -> SandboxRouter {
        let router = SandboxRouter(context: SandboxRequestContext.self)
        router.add(
            middleware: StandInMiddleware(log: log, faults: faults, collectsBody: { _ in true }) { refusal in
                ["error": "invalid_request", "error_description": .string(refusal.message)]
            }
        )
        router.post("oauth/device/code") { request, _ in
            try await self.answering(request) { try self.deviceCode($0) }
        }
        router.post("oauth/token") { request, _ in
            try await self.answering(request) { try self.token($0) }
        }
        router.get("authorize") { request, _ in try self.authorize(request) }
        router.get("callback") { request, _ in try self.callback(request) }
        router.get("activate") { request, _ in try self.activationPage(request) }
        router.post("activate") { request, _ in try await self.activate(request) }
        router.get("samlp/:client") { request, context in try self.samlPage(request, context) }
        return router
    }

    private func answering(
        _ request: Request,
        _ body: (FormFields) throws -> JSONValue
    ) async throws -> Response {
        for name in ["authorization", "x-api-key", "x-api-key-id"] {
            guard let field = HTTPField.Name(name), request.headers[field] == nil else {
                throw Refusal.badRequest("\(name) was sent where no credentials belong")
            }
        }
        do {
            let form = try await FormFields(body: request)
            guard try form.required("client_id") == Self.clientID else {
                throw OAuthRefusal(error: "invalid_client", description: "unknown client", status: 401)
            }
            return Response.json(try body(form))
        } catch let refusal as OAuthRefusal {
            return refusal.response
        }
    }

    private func scope(_ form: FormFields) throws(OAuthRefusal) -> (audience: String, scope: String) {
        let audience = try form.required("audience")
        guard let scope = Self.scopes[audience] else {
            throw OAuthRefusal(error: "access_denied", description: "unknown audience", status: 403)
        }
        let asked = Set(try form.required("scope").split(separator: " "))
        guard asked == Set(scope.split(separator: " ")) else {
            throw OAuthRefusal(error: "invalid_scope", description: "the scope of that audience is '\(scope)'")
        }
        return (audience, scope)
    }

    private func deviceCode(_ form: FormFields) throws -> JSONValue {
        let (audience, scope) = try scope(form)
        let code = SandboxIDs.secret()
        let userCode = SandboxIDs.secret(bytes: 4).uppercased()
        let grant = DeviceGrant(
            userCode: userCode,
            audience: audience,
            scope: scope,
            expiresAt: Date().addingTimeInterval(deviceCodeLifetime),
            interval: pollInterval
        )
        state.change { $0.deviceCodes[code] = grant }
        let page = try url.absoluteString + "/activate"
        return [
            "device_code": .string(code), "user_code": .string(userCode), "verification_uri": .string(page),
            "verification_uri_complete": .string("\(page)?user_code=\(userCode)"),
            "expires_in": .integer(Int64(deviceCodeLifetime)), "interval": .integer(Int64(grant.interval)),
        ]
    }

    private func token(_ form: FormFields) throws -> JSONValue {
        switch try form.required("grant_type") {
        case "urn:ietf:params:oauth:grant-type:device_code": try redeemDeviceCode(form)
        case "authorization_code": try redeemAuthorizationCode(form)
        case "refresh_token": try refresh(form)
        default: throw OAuthRefusal(error: "unsupported_grant_type", description: "unknown grant type")
        }
    }

    private func redeemDeviceCode(_ form: FormFields) throws -> JSONValue {
        let code = try form.required("device_code")
        let grant = try state.change { state -> (DeviceGrant, String) in
            guard var grant = state.deviceCodes[code] else {
                throw OAuthRefusal(error: "invalid_grant", description: "unknown device code", status: 403)
            }
            guard grant.expiresAt > Date() else {
                state.deviceCodes[code] = nil
                throw OAuthRefusal(error: "expired_token", description: "the device code has expired", status: 403)
            }
            let lastPoll = grant.lastPoll
            grant.lastPoll = .now
            state.deviceCodes[code] = grant
            switch grant.answer {
            case .approved(let username):
                state.deviceCodes[code] = nil
                return (grant, username)
            case .denied:
                state.deviceCodes[code] = nil
                throw OAuthRefusal(error: "access_denied", description: "the user said no", status: 403)
            case nil:
                // A little tolerance: clients count from the arrival of the answer.
                if let lastPoll, .now - lastPoll < .milliseconds(grant.interval * 900) {
                    throw OAuthRefusal(error: "slow_down", description: "polling too fast", status: 429)
                }
                throw OAuthRefusal(error: "authorization_pending", description: "not yet", status: 403)
            }
        }
        return try tokenAnswer(username: grant.1, audience: grant.0.audience, scope: grant.0.scope)
    }

    private func redeemAuthorizationCode(_ form: FormFields) throws -> JSONValue {
        let code = try form.required("code")
        let verifier = try form.required("code_verifier")
        let redirectURI = try form.required("redirect_uri")
        // A code is dead after the first attempt, good or bad.
        let grant = state.change { $0.authorizationCodes.removeValue(forKey: code) }
        guard let grant, grant.expiresAt > Date(), grant.redirectURI == redirectURI,
            PKCE.challenge(for: verifier) == grant.challenge
        else { throw OAuthRefusal(error: "invalid_grant", description: "the code is not valid", status: 403) }
        return try tokenAnswer(username: grant.username, audience: grant.audience, scope: grant.scope)
    }

    private func refresh(_ form: FormFields) throws -> JSONValue {
        let token = try form.required("refresh_token")
        guard let grant = state.change({ $0.refreshTokens.removeValue(forKey: token) }) else {
            throw OAuthRefusal(error: "invalid_grant", description: "unknown or used refresh token", status: 403)
        }
        return try tokenAnswer(username: grant.username, audience: grant.audience, scope: grant.scope)
    }

    /// What a modeller's browser opens. Whoever is named by `login_hint` counts as logged in.
    private func authorize(_ request: Request) throws -> Response {
        do {
            let form = try FormFields(request.uri.query ?? "")
            guard try form.required("client_id") == Self.clientID else {
                throw OAuthRefusal(error: "unauthorized_client", description: "unknown client", status: 403)
            }
            guard try form.required("response_type") == "code",
                try form.required("code_challenge_method") == "S256"
            else { throw OAuthRefusal(error: "invalid_request", description: "only code with S256") }
            let (audience, scope) = try scope(form)
            let redirectURI = try form.required("redirect_uri")
            let callback = try form.required("state")
            guard let username = form["login_hint"], directory.user(username) != nil else {
                throw OAuthRefusal(error: "login_required", description: "nobody is logged in", status: 401)
            }
            let code = SandboxIDs.secret()
            let grant = AuthorizationGrant(
                username: username,
                audience: audience,
                scope: scope,
                redirectURI: redirectURI,
                challenge: try form.required("code_challenge"),
                expiresAt: Date().addingTimeInterval(Self.codeLifetime)
            )
            state.change { $0.authorizationCodes[code] = grant }
            return Response(
                status: .found,
                headers: [.location: "\(redirectURI)?code=\(code)&state=\(callback)"]
            )
        } catch let refusal as OAuthRefusal {
            return refusal.response
        }
    }

    /// Stands for the server that a modeller runs for their browser to come back to; it shows what it was told.
    private func callback(_ request: Request) throws -> Response {
        guard let code = request.query("code"), let state = request.query("state") else {
            throw Refusal.badRequest("no code came back")
        }
        return Response.json(["code": .string(code), "state": .string(state)])
    }
}
