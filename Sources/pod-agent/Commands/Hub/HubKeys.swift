// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import StrictJSON

/// `pod-agent hub keys`
struct HubKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Keys of users, and those with which the Hub signs.",
        discussion: "`pod-agent keys` is about the pod's own key.",
        subcommands: [HubKeysRegister.self, HubKeysCheck.self, HubKeysSigning.self, HubKeysPublish.self]
    )
}

/// `pod-agent hub keys register`
struct HubKeysRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register a public key of yours, with which you sign tasks as a modeller."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The RSA public key, PEM or an OpenSSH line.", completion: .file())
    var file: String

    func run() async throws {
        try await common.withServices { services in
            let id = try await services.hub.registerUserKey(try InputFile.publicKey(file))
            try result.show(id, [Field("id") { $0 }])
        }
    }
}

/// `pod-agent hub keys check`
struct HubKeysCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Whether a user's public key is registered and active.",
        discussion: "Exits with 66 if the Hub does not know the key, with 65 if it is not active."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The Hub's id of the key.")
    var id: String

    @Option(help: "Whose key it is; yours if it is left out.")
    var user: String?

    private static let fields: [Field<UserKey>] = [
        Field("id") { $0.id },
        Field("active") { $0.isActive },
        Field("public_key", inTable: false) { $0.text },
    ]

    func run() async throws {
        try await common.withServices { services in
            let key = try await services.hub.userKey(id, of: user).orUnknown("the key \(id)")
            try result.show(key, Self.fields)
            guard key.isActive else { throw AgentFailure(.data, "the key \(id) is not active") }
        }
    }
}

/// `pod-agent hub keys signing`
struct HubKeysSigning: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signing",
        abstract: "The keys with which the Hub signs what it sends to pods."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<SigningKey>] = [
        Field("id") { $0.id },
        Field("key_type") { $0.keyType },
        Field("use") { $0.use },
        Field("verifies_signatures") { $0.verifiesSignatures },
        Field("modulus", inTable: false) { $0.modulus },
        Field("exponent", inTable: false) { $0.exponent },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.signingKeys(), Self.fields)
        }
    }
}

/// `pod-agent hub keys publish`
struct HubKeysPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish a public key of yours at a well-known address of the Hub.",
        discussion: "A system of health records checks with it the tokens that you sign. Prints the address."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The public key, a JSON Web Key.", completion: .file(extensions: ["json", "jwk"]))
    var file: String

    @Option(help: "Who the tokens say they are from.")
    var issuer: String

    @Option(help: "Your client id at that system.")
    var clientID: String

    /// The members of a JSON Web Key that only its owner may know (RFC 7518, section 6).
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    func run() async throws {
        try await common.withServices { services in
            let key = try InputFile.object(file)
            guard Self.privateMembers.allSatisfy({ key[$0] == nil }) else {
                throw AgentFailure(.data, "\(file) holds a private key, which must stay here")
            }
            let address = try await services.hub.publishKey(key, issuer: issuer, clientID: clientID)
            try result.show(address, [Field("address") { $0 }])
        }
    }
}
