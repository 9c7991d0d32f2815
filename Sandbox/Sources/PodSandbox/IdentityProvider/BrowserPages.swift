// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// The pages that a person sees: the one for device codes and the SAML login.
extension SandboxIdentityProvider {
    func activationPage(_ request: Request) throws -> Response {
        let userCode = request.query("user_code").map(Self.escaped) ?? ""
        return Response.html(
            """
            <!doctype html><title>Sandbox login</title><h1>Confirm your device</h1>
            <form method="post" action="/activate">
            <label>Code <input name="user_code" value="\(userCode)"></label>
            <label>Username <input name="username"></label>
            <button name="answer" value="approve">Approve</button> <button name="answer" value="deny">Deny</button>
            </form>
            """
        )
    }

    func activate(_ request: Request) async throws -> Response {
        let form = try await FormFields(body: request)
        guard let userCode = form["user_code"], let username = form["username"], directory.user(username) != nil else {
            throw Refusal.forbidden("unknown user")
        }
        guard (try? answerDeviceCode(userCode: userCode, as: username, approves: form["answer"] == "approve")) != nil
        else { throw Refusal.notFound("unknown code") }
        return Response.html("<!doctype html><title>Sandbox login</title><p>Done. You can close this page.</p>")
    }

    /// Whoever is named by `login_hint` counts as logged in; the page posts the assertion back to the modeller.
    func samlPage(_ request: Request, _ context: SandboxRequestContext) throws -> Response {
        guard context.parameters.get("client") == Self.clientID else { throw Refusal.notFound("unknown client") }
        guard let encoded = request.query("SAMLRequest"), let requestID = SAMLRequestText.id(in: encoded) else {
            throw Refusal.badRequest("SAMLRequest is none")
        }
        guard let username = request.query("login_hint"), directory.user(username) != nil else {
            throw Refusal.unauthorised("nobody is logged in")
        }
        let response = SAMLRequestText.response(
            to: requestID,
            username: username,
            assertionID: "_" + SandboxIDs.secret(bytes: 16)
        )
        state.change { $0.assertions[response] = SAMLAssertion(username: username, inResponseTo: requestID) }
        let relayState = Self.escaped(request.query("RelayState") ?? "")
        return Response.html(
            """
            <!doctype html><title>Sandbox login</title>
            <form method="post" action="http://localhost:29206/api/saml">
            <input type="hidden" name="SAMLResponse" value="\(response)">
            <input type="hidden" name="RelayState" value="\(relayState)">
            <button>Continue</button></form>
            """
        )
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
