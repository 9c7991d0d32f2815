// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StrictJSON
import Timekeeping

/// Keeps one identity signed in (flame-hub.md, 2.3).
///
/// Renewals are single: whoever asks meanwhile waits for the same one, because Auth revokes the whole session when
/// a refresh token is used twice.
public actor HubAuthenticator {
    private var credential: HubCredential
    private let reload: (@Sendable () -> HubCredential?)?
    private let auth: HubConnection
    private var tokens: TokenSet?
    private var renewal: Task<Result<TokenSet, FlameHubError>, Never>?
    /// Signing in is left alone after a refusal: a wrong password that is tried in a loop locks the account and fills the
    /// Hub's log.
    private var pauses = RetryDelays(Backoff(first: .seconds(30), cap: .seconds(600), jitter: .none))
    private var pauseEnd: Duration = .zero
    private var refusal: FlameHubError?

    /// Signs in when a token is first needed.
    ///
    /// - Parameters:
    ///   - credential: Who signs in.
    ///   - auth: The way to the Auth service.
    ///   - reload: Reads the credential again when Auth refuses it; `nil` if it can't be read.
    public init(_ credential: HubCredential, auth: HubConnection, reload: (@Sendable () -> HubCredential?)? = nil) {
        self.credential = credential
        self.auth = auth
        self.reload = reload
    }

    /// A token that is good for now, renewed if it ends soon.
    ///
    /// - Throws: ``FlameHubError/Code/authentication`` if Auth refuses, which is then not asked again for a while.
    public func token() async throws(FlameHubError) -> String {
        if case .token(let token) = credential.kind {
            if let refusal { throw refusal }
            return token
        }
        let now = auth.clock.uptime()
        if let tokens, now < tokens.renewal { return tokens.accessToken }
        if let refusal, now < pauseEnd {
            var error = refusal
            error.retryAfter = pauseEnd - now
            throw error
        }
        switch await renewed() {
        case .success(let tokens): return tokens.accessToken
        case .failure(let error):
            // An early renewal that failed for want of a connection costs nothing yet.
            if error.isRetryable, let tokens, auth.clock.uptime() < tokens.expiry { return tokens.accessToken }
            throw error
        }
    }

    /// Takes note that a service did not accept a token.
    ///
    /// - Returns: Whether another token can be had.
    func reject(_ token: String) -> Bool {
        if case .token = credential.kind {
            refusal = FlameHubError(.authentication, "The token is not accepted, and a token can't be renewed.")
            return false
        }
        // Somebody else may have renewed it in the meantime.
        if let tokens, tokens.accessToken == token { self.tokens = tokens.expired }
        return true
    }

    private func renewed() async -> Result<TokenSet, FlameHubError> {
        if let renewal { return await renewal.value }
        // Unstructured, so that a caller who is cancelled does not lose the reply with the next refresh token.
        let task = Task { await self.renew() }
        renewal = task
        let result = await task.value
        renewal = nil
        return result
    }

    private func renew() async -> Result<TokenSet, FlameHubError> {
        do throws(FlameHubError) {
            let tokens = if let refreshed = try await refreshed() { refreshed } else { try await signedInOrReloaded() }
            self.tokens = tokens
            pauses.reset()
            refusal = nil
            return .success(tokens)
        } catch {
            if error.code == .authentication || error.code == .unsupported {
                tokens = nil
                refusal = error
                pauseEnd = auth.clock.uptime() + pauses.next()
            }
            return .failure(error)
        }
    }

    /// Uses the refresh token, if there is one and Auth takes it. If it does not, the credential itself is next. A refresh token is
    /// used once, whatever becomes of it: Auth ends the whole session when one comes twice (flame-hub-differences.md, A29).
    private func refreshed() async throws(FlameHubError) -> TokenSet? {
        guard let refreshToken = tokens?.refreshToken else { return nil }
        tokens = tokens?.withoutRefresh
        do {
            return try await request([
                "grant_type": "refresh_token", "refresh_token": .string(refreshToken),
            ])
        } catch {
            guard let status = error.status, 400..<500 ~= status, status != 429 else { throw error }
            tokens = nil
            return nil
        }
    }

    /// Signs in; once more if the credential was changed meanwhile.
    private func signedInOrReloaded() async throws(FlameHubError) -> TokenSet {
        do {
            return try await signedIn()
        } catch  where error.code == .authentication {
            guard let changed = reload?(), changed.grant != credential.grant else { throw error }
            credential = changed
            return try await signedIn()
        }
    }

    private func signedIn() async throws(FlameHubError) -> TokenSet {
        try await request(credential.grant ?? [:])
    }

    private func request(_ grant: JSONObject) async throws(FlameHubError) -> TokenSet {
        let start = auth.clock.uptime()
        // Not repeated: a refresh token must not be used twice, and a refused secret is refused again.
        let response: HTTPResponse
        do {
            var request = HubRequest.post("token", grant, mayRepeat: false)
            request.identity = ObjectIdentifier(self)
            // Before anything is known of the service, and small.
            request.headers["Accept-Encoding"] = "identity"
            response = try await auth.send(request, as: nil)
        } catch {
            throw refusal(from: error)
        }
        guard let reply = (try? JSONValue(reply: response.body))?.objectValue,
            let tokens = TokenSet(reply, start: start)
        else {
            throw FlameHubError(.malformedResponse, "The auth service answered a sign-in with something else.")
        }
        return tokens
    }

    /// Auth refuses a sign-in with 400, 401 or 403, depending on its version and on what is wrong (flame-hub.md, 2.4).
    private func refusal(from error: FlameHubError) -> FlameHubError {
        guard let status = error.status, [400, 401, 403].contains(status) else { return error }
        let isUnknownGrant =
            error.response?.code == "unsupported_token_grant_type"
            || error.response?.extra["error"]?.stringValue == "unsupported_grant_type"
        var refusal =
            isUnknownGrant
            ? FlameHubError(.unsupported, "This hub does not take a \(credential.name); nodes sign in as clients now.")
            : FlameHubError(.authentication, "The auth service refuses the \(credential.name).")
        refusal.service = error.service
        refusal.method = error.method
        refusal.path = error.path
        refusal.status = status
        refusal.response = error.response
        refusal.bodyExcerpt = error.bodyExcerpt
        return refusal
    }
}
