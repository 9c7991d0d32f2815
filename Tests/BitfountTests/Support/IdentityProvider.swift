// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Dispatch
import Foundation
import HTTPTestSupport
import Synchronization

/// A tenant that rotates refresh tokens and answers device codes from a script.
final class IdentityProvider: Sendable {
    struct State {
        /// The only refresh token that works.
        var refreshToken = "refresh-0"
        var rotations = 0
        /// What polls of a device code are answered, in order; then tokens.
        var pollAnswers: [ScriptedResponse] = []
        /// What everything is answered instead, if set.
        var fault: ScriptedResponse?
        var expiresIn = 3600
        var username = "alice"
        var holdsNext = false
    }

    let server: LoopbackServer
    private let box = Box()

    init() throws {
        server = try LoopbackServer.answering { [box] in box.answer($0) }
    }

    func change(_ change: (inout State) -> Void) { box.state.withLock { change(&$0) } }

    /// Lets the next request wait for its answer until ``release()``.
    func hold() { change { $0.holdsNext = true } }
    func release() { box.gate.signal() }

    var rotations: Int { box.state.withLock { $0.rotations } }
    var requests: [ReceivedRequest] { server.record.requests }

    static func idToken(username: String, claim: String = "https://www.bitfount.com/username") -> String {
        let claims = #"{"sub":"x","\#(claim)":"\#(username)"}"#
        let payload = Data(claims.utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return "e30.\(payload).signature"
    }

    private final class Box: Sendable {
        let state = Mutex(State())
        let gate = DispatchSemaphore(value: 0)

        func answer(_ request: ReceivedRequest) -> ScriptedResponse {
            let isHeld = state.withLock { state in
                defer { state.holdsNext = false }
                return state.holdsNext
            }
            if isHeld { gate.wait() }
            let form = Dictionary(request.form.map { ($0[0], $0[1]) }) { first, _ in first }
            return state.withLock { state in
                if let fault = state.fault { return fault }
                switch (request.path, form["grant_type"]) {
                case ("/oauth/device/code", nil):
                    return ScriptedResponse(
                        200,
                        #"{"device_code":"dc","user_code":"ABCD-EFGH","verification_uri":"https://v","verification_uri_complete":"https://v?c","expires_in":900,"interval":5}"#
                    )
                case ("/oauth/token", "refresh_token"):
                    guard form["refresh_token"] == state.refreshToken else {
                        return ScriptedResponse(
                            403,
                            #"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#
                        )
                    }
                    return tokens(&state)
                case ("/oauth/token", "urn:ietf:params:oauth:grant-type:device_code"):
                    return state.pollAnswers.isEmpty ? tokens(&state) : state.pollAnswers.removeFirst()
                case ("/oauth/token", "authorization_code"):
                    return form["code"] == "good"
                        ? ScriptedResponse(200, #"{"access_token":"modeller-token","token_type":"Bearer"}"#)
                        : ScriptedResponse(403, #"{"error":"invalid_grant"}"#)
                default:
                    return ScriptedResponse(404)
                }
            }
        }

        private func tokens(_ state: inout State) -> ScriptedResponse {
            state.rotations += 1
            state.refreshToken = "refresh-\(state.rotations)"
            return ScriptedResponse(
                200,
                #"{"access_token":"access-\#(state.rotations)","refresh_token":"\#(state.refreshToken)","id_token":"\#(IdentityProvider.idToken(username: state.username))","expires_in":\#(state.expiresIn),"scope":"x","token_type":"Bearer"}"#
            )
        }
    }
}
