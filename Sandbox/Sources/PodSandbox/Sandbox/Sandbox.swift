// SPDX-License-Identifier: Apache-2.0

package import Cryptography
package import Foundation
import HTTPTransport

/// All stand-ins, running on loopback, and the modellers who use them.
package struct Sandbox: Sendable {
    /// The owner of the pod.
    package let owner: SandboxUser
    /// Who has an account.
    package let directory: SandboxDirectory
    /// The Hub.
    package let hub: SandboxHub
    /// The Access Manager.
    package let accessManager: SandboxAccessManager
    /// The OAuth and SAML identity provider.
    package let identityProvider: SandboxIdentityProvider
    /// The object storage.
    package let objectStorage: SandboxObjectStorage
    /// The SMART on FHIR service.
    package let smartOnFHIR: SandboxSMARTOnFHIR
    /// The message service.
    package let messageService: SandboxMessageService
    /// The FLAME Hub, of release 0.14.
    package let flame: SandboxFlameHub
    /// Where the message service listens.
    package let messageServiceURL: URL
    let connection: ModellerConnection
    let http: HTTPClient

    init(_ standIns: StandIns, messageServiceURL: URL, _ connection: ModellerConnection, _ http: HTTPClient) {
        owner = standIns.owner
        directory = standIns.directory
        hub = standIns.hub
        accessManager = standIns.accessManager
        identityProvider = standIns.identityProvider
        objectStorage = standIns.storage
        smartOnFHIR = standIns.smartOnFHIR
        messageService = standIns.messageService
        flame = standIns.flame
        self.messageServiceURL = messageServiceURL
        self.connection = connection
        self.http = http
    }

    /// Makes an account for a modeller, and registers their key if they have one.
    package func addModeller(_ username: String, signingKey: RSAPrivateKey? = nil) -> ScriptedModeller {
        let user = SandboxUser(username)
        directory.add(user)
        let keyID = signingKey.map { hub.addKey($0.publicKey, of: username) }
        return scripted(Modeller(user, signingKey: signingKey, keyID: keyID))
    }

    /// A modeller who is in the sandbox already, or only pretends to be.
    package func scripted(_ modeller: Modeller) -> ScriptedModeller {
        ScriptedModeller(
            modeller: modeller,
            connection: connection,
            http: http,
            hub: hub,
            messageService: messageService,
            browser: ScriptedBrowser(http: http, identityProvider: identityProvider)
        )
    }

    /// Waits until the owner's pod serves the dataset: registered, with a heartbeat, and connected.
    package func waitUntilServing(_ dataset: String, atMost limit: Duration = .seconds(30)) async throws {
        let identifier = "\(owner.username)/\(dataset)"
        try await hub.waitForPod(identifier, atMost: limit) { !$0.heartbeats.isEmpty }
        try await within(limit, "PodConnect with \(identifier)") { [state = messageService.state] in
            try await state.wait { $0.mailboxes[identifier] != nil }
        }
    }
}
