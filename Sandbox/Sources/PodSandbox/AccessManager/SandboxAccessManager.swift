// SPDX-License-Identifier: Apache-2.0

package import Cryptography
package import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The stand-in of the Access Manager (bitfount-protocol.md, 4): it checks every proof of identity for real.
package final class SandboxAccessManager: Sendable {
    struct State: Sendable {
        var grants: Set<AccessGrant> = []
        /// By modeller.
        var limits: [String: [JSONValue]] = [:]
        /// By modeller.
        var verdicts: [String: ScriptedVerdict] = [:]
        /// The user who asked for each SAML request that is still open, by its id.
        var samlRequests: [String: String] = [:]
        var checks: [AccessCheck] = []
    }

    /// More checks than this are not kept; the oldest go first.
    static let checkCapacity = 50_000

    /// The requests that came.
    package let log = RequestLog()
    /// What goes wrong.
    package let faults = FaultPlan()

    let server: StandInServer
    /// The key that it shows to everyone.
    package let publicKey: RSAPublicKey
    let directory: SandboxDirectory
    let hub: SandboxHub
    let identityProvider: SandboxIdentityProvider
    let state = Observed(State())

    init(
        port: Int,
        publicKey: RSAPublicKey,
        directory: SandboxDirectory,
        hub: SandboxHub,
        identityProvider: SandboxIdentityProvider,
        logger: Logger
    ) {
        server = StandInServer(name: "Access Manager", port: port, logger: logger)
        self.publicKey = publicKey
        self.directory = directory
        self.hub = hub
        self.identityProvider = identityProvider
    }

    /// The base URL.
    package var url: URL {
        get throws { try server.url }
    }

    /// Every well-formed check that was asked for, oldest first.
    package var checks: [AccessCheck] { state.read { $0.checks } }

    /// Permits something.
    package func grant(_ grant: AccessGrant) {
        state.change { $0.grants.insert(grant) }
    }

    /// Takes a permission back.
    package func revoke(_ grant: AccessGrant) {
        state.change { $0.grants.remove(grant) }
    }

    /// Sends these usage limits with every verdict about the modeller; nil for none.
    package func setLimits(_ limits: [JSONValue]?, for modeller: String) {
        state.change { $0.limits[modeller] = limits }
    }

    /// Answers checks of the modeller by the script, whatever the proof is worth; nil decides for real again.
    package func script(_ verdict: ScriptedVerdict?, for modeller: String) {
        state.change { $0.verdicts[modeller] = verdict }
    }

    // MARK: Deciding

    /// The code for a check (bitfount-protocol.md, 4.3).
    func decide(_ check: AccessCheck, caller: SandboxUser) -> String {
        if let failure = identityFailure(check, caller: caller) { return failure }
        let grants = state.read { state in
            state.grants.filter { grant in
                grant.modeller == check.modeller && grant.podIdentifier == check.podIdentifier
                    && (grant.projectID == nil || grant.projectID == check.projectID)
            }
        }
        guard !grants.isEmpty else { return "NO_ACCESS" }
        let covers = grants.contains { $0.protocols?.contains(check.protocolName) ?? true }
        return covers ? "ACCEPT" : "UNAUTHORISED"
    }

    /// Nil when the modeller is who they say they are.
    private func identityFailure(_ check: AccessCheck, caller: SandboxUser) -> String? {
        switch check.proof {
        case .signature(let task, let signature, let keyID):
            let keys = hub.activeKeys(of: check.modeller, id: keyID).compactMap { try? RSAPublicKey($0) }
            let isGenuine = keys.contains { $0.verifyPSS(signature: signature, message: task) }
            return isGenuine ? nil : "INVALID_PROOF_OF_IDENTITY"
        case .token(let text):
            let token = directory.token(text, audience: SandboxDirectory.proofAudience)
            let isGenuine = token.map { $0.username == check.modeller && $0.scope == "execute:task" } ?? false
            return isGenuine ? nil : "INVALID_PROOF_OF_IDENTITY"
        case .saml(let requestID, let response):
            let requester = state.change { $0.samlRequests.removeValue(forKey: requestID) }
            guard let response else { return "NO_PROOF_OF_IDENTITY" }
            guard requester == caller.username,
                let assertion = identityProvider.redeemAssertion(response),
                assertion.inResponseTo == requestID, assertion.username == check.modeller
            else { return "INVALID_PROOF_OF_IDENTITY" }
            return nil
        }
    }
}
