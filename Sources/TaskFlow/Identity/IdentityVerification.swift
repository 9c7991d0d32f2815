// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Foundation
import MessagePack
import Timekeeping

/// Obtains the proof of identity that a task's method asks for (bitfount-protocol.md, 9.7).
struct IdentityVerification<C: Clock>: Sendable where C.Duration == Duration {
    let accessManager: AccessManagerClient
    let identityProvider: OAuthClient
    let exchange: any IdentityExchange
    let limit: TimeLimit<C>
    let delays: RetryDelays
    let wallClock: @Sendable () -> Date

    private var patience: PatientCall<C> { PatientCall(limit: limit, delays: delays) }

    func proof(for task: TaskRequest) async throws(EvaluationFault) -> IdentityProof {
        switch task.method {
        case .signature:
            // The decoder refuses a signed request without signature; an absent one must not become an empty one.
            guard let signature = task.outer.signature else { throw EvaluationFault(.missingSignature) }
            return .signature(signature)
        case .oidcAuthorizationCode:
            return .token(try await authorizationCodeToken())
        case .oidcDeviceCode:
            return .token(try await deviceCodeToken())
        case .saml:
            return try await samlProof()
        }
    }

    private func authorizationCodeToken() async throws(EvaluationFault) -> Secret {
        let answer = try await ask(oidcChallenge, expecting: .oidcAuthorizationCodeResponse) {
            body throws(TaskFormatError) in try AuthorizationCodeResponse(body: body)
        }
        let identityProvider = identityProvider
        do {
            return try await patience.run { () async throws(BitfountError) in
                try await identityProvider.exchangeAuthorizationCode(
                    Secret(answer.code),
                    verifier: Secret(answer.codeVerifier),
                    redirectURI: answer.redirectURI
                ).accessToken
            }
        } catch {
            throw .identityProvider(error)
        }
    }

    private func deviceCodeToken() async throws(EvaluationFault) -> Secret {
        let answer = try await ask(oidcChallenge, expecting: .oidcDeviceCodeResponse) {
            body throws(TaskFormatError) in try DeviceCodeResponse(body: body)
        }
        guard let expiry = ISO8601.date(answer.expiresAt, missingZone: .utc) else {
            throw EvaluationFault(.malformedIdentityAnswer)
        }
        // Both times are the modeller's choice: they can only shorten what the agent would do anyway.
        let life = min(Duration.seconds(expiry.timeIntervalSince(wallClock())), limit.remaining)
        let codeLimit = TimeLimit(clock: limit.clock, end: limit.clock.now.advanced(by: life))
        let interval = Duration.seconds(min(max(answer.interval, 0), 3_600))
        let identityProvider = identityProvider
        do {
            // A poll that ran out of time has used up the code's life, or met a provider that does not answer.
            let patience = PatientCall(limit: codeLimit, delays: delays)
            let isPassing: (BitfountError) -> Bool = { $0.isTransient && $0.code != .timedOut }
            return try await patience.run(repeatingIf: isPassing) { () async throws(BitfountError) in
                try await identityProvider.pollDeviceCode(
                    Secret(answer.deviceCode),
                    every: interval,
                    for: codeLimit.remaining
                ).accessToken
            }
        } catch .timeUp(nil) {
            throw EvaluationFault(.identityTimeout)
        } catch .failed(let error) where error.code == .timedOut {
            throw EvaluationFault(.identityTimeout)
        } catch {
            throw .identityProvider(error)
        }
    }

    private func samlProof() async throws(EvaluationFault) -> IdentityProof {
        let accessManager = accessManager
        let challenge: Bitfount.SAMLChallenge
        do {
            challenge = try await patience.run { () async throws(BitfountError) in
                try await accessManager.samlChallenge()
            }
        } catch {
            throw .accessManager(error)
        }
        let question = Question(
            type: .samlRequest,
            body: BitfountTasks.SAMLChallenge(samlRequest: challenge.request).body
        )
        let response = try await ask(question, expecting: .samlResponse) {
            body throws(TaskFormatError) in try SAMLResponse(body: body)
        }
        return .saml(response, challenge)
    }

    private struct Question {
        let type: MessageType
        let body: MessagePackValue
    }

    private var oidcChallenge: Question {
        Question(type: .oidcChallenge, body: OIDCChallenge(clientID: identityProvider.clientID).body)
    }

    /// Asks the modeller once. An answer that can't be read is final: a second one could only be a guess.
    private func ask<Answer>(
        _ question: Question,
        expecting answer: MessageType,
        read: (MessagePackValue) throws(TaskFormatError) -> Answer
    ) async throws(EvaluationFault) -> Answer {
        let exchange = exchange
        let result = await limit.run { () async throws(IdentityExchangeError) in
            try await exchange.ask(question.type, question.body, expecting: answer)
        }
        let body: MessagePackValue
        switch result {
        case nil: throw EvaluationFault(.identityTimeout)
        case .failure(let error): throw .exchange(error)
        case .success(let value): body = value
        }
        do {
            return try read(body)
        } catch {
            throw EvaluationFault(.malformedIdentityAnswer)
        }
    }
}

extension AuditEntry.Method {
    /// The method that a request asks for (bitfount-protocol.md, 9.4 and 13.14).
    init(requestedBy outer: OuterRequest) throws(IntakeFault) {
        switch outer.authenticationType {
        case .keyBased: self = .signature
        case .oidcDeviceCode: self = .oidcDeviceCode
        case .oidcAuthorizationCode: self = .oidcAuthorizationCode
        case .saml where outer.generation == .g1: self = .saml
        case .saml: throw IntakeFault(.samlUnsupported)
        case .local: throw IntakeFault(.localAuthentication)
        default: throw IntakeFault(.unknownAuthentication)
        }
    }
}

/// What the Access Manager is shown to establish who the modeller is.
enum IdentityProof: Sendable {
    /// The signature that came with the request.
    case signature([UInt8])
    /// The modeller's access token.
    case token(Secret)
    /// The modeller's SAML response, and the challenge that it answers.
    case saml(SAMLResponse, Bitfount.SAMLChallenge)
}
