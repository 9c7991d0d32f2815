// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import PodSandbox
import Testing

@Suite struct HubKeysCommandTests {
    @Test func register() async throws {
        try await AgentShell.golden("hub-keys-register") { shell in
            try shell.write(try RecordedKey.modeller.publicKey.openSSH.utf8, to: "key.pub")
            let id = try await shell.run("hub", "keys", "register", "key.pub").standardOutput.split(separator: " ").last
            shell.mask(try #require(id).trimmingCharacters(in: .newlines), as: "<key id>")
            try shell.write("no key".utf8, to: "none.pub")
            try await shell.run("hub", "keys", "register", "none.pub")
            try await shell.run("hub", "keys", "register", "missing.pub")
            shell.sandbox.hub.faults.plan(.status(403), method: "POST")
            try await shell.run("hub", "keys", "register", "key.pub")
        }
    }

    @Test func check() async throws {
        try await AgentShell.golden("hub-keys-check") { shell in
            let key = try RecordedKey.modeller.publicKey
            shell.sandbox.hub.addKey(key, of: "acme", id: "41")
            shell.sandbox.hub.addKey(key, of: "alice", id: "42", isActive: false)
            try await shell.run("hub", "keys", "check", "41")
            try await shell.run("hub", "keys", "check", "41", "--output", "json")
            try await shell.run("hub", "keys", "check", "42", "--user", "alice")
            try await shell.run("hub", "keys", "check", "42")
            shell.sandbox.hub.faults.plan(.wrongTypes, method: "GET")
            try await shell.run("hub", "keys", "check", "41")
        }
    }

    @Test func signing() async throws {
        try await AgentShell.golden("hub-keys-signing") { shell in
            try await shell.run("hub", "keys", "signing")
            shell.sandbox.hub.signingKeys = ["hub-1": try RecordedKey.other.publicKey.openSSH]
            try await shell.run("hub", "keys", "signing")
            try await shell.run("hub", "keys", "signing", "--output", "json")
            shell.sandbox.hub.faults.plan(.jsonList, method: "GET")
            try await shell.run("hub", "keys", "signing")
        }
    }

    @Test func publish() async throws {
        try await AgentShell.golden("hub-keys-publish") { shell in
            let options = ["--issuer", "https://issuer.example.com", "--client-id", "client-1"]
            try shell.write(#"{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "k1"}"#.utf8, to: "public.jwk")
            try await shell.run(["hub", "keys", "publish", "public.jwk"] + options)
            try shell.write(#"{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB"}"#.utf8, to: "private.jwk")
            try await shell.run(["hub", "keys", "publish", "private.jwk"] + options)
            #expect(shell.sandbox.hub.log.requests().count == 1, "the private key stays here")
            try shell.write("[]".utf8, to: "list.jwk")
            try await shell.run(["hub", "keys", "publish", "list.jwk"] + options)
            try await shell.run(["hub", "keys", "publish", "missing.jwk"] + options)
            shell.sandbox.hub.faults.plan(.status(401), method: "PUT")
            try await shell.run(["hub", "keys", "publish", "public.jwk"] + options)
        }
    }
}
