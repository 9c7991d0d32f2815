// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The body of `POST /api/access`, checked (bitfount-protocol.md, 4.2).
package struct AccessCheck: Sendable, Hashable {
    /// What the modeller proves their identity with.
    package enum Proof: Sendable, Hashable {
        /// A signature over the ciphertext.
        case signature(task: [UInt8], signature: [UInt8], keyID: String?)
        /// An access token.
        case token(String)
        /// What the identity provider posted back, bound to a request.
        case saml(requestID: String, response: String?)
    }

    /// The dataset's identifier.
    package let podIdentifier: String
    /// The modeller's username.
    package let modeller: String
    /// The protocol they ask for.
    package let protocolRequest: JSONValue
    /// The project.
    package let projectID: String?
    /// The proof.
    package let proof: Proof

    /// The protocol's class name.
    package var protocolName: String { protocolRequest.objectValue?["class_name"]?.stringValue ?? "" }

    init(_ fields: JSONFields, forSAML: Bool) throws(Refusal) {
        podIdentifier = try fields.string("podIdentifier")
        guard SandboxNames.halves(of: podIdentifier) != nil else { throw .badRequest("podIdentifier is none") }
        modeller = try fields.string("modellerName")
        guard SandboxNames.isUsername(modeller) else { throw .badRequest("modellerName is no username") }
        let request = try fields.object("modellerProtocolRequest")
        try Self.check(JSONFields(request))
        protocolRequest = .object(request)
        projectID = try fields.nullableString("projectId")
        let provider = try fields.string("identityProvider")
        guard forSAML == (provider == "SAML") else { throw .badRequest("\(provider) does not go with this query") }
        let common: Set = [
            "podIdentifier", "modellerName", "modellerProtocolRequest", "projectId", "identityProvider",
        ]
        switch provider {
        case "SIGNATURE":
            try fields.allowOnly(common.union(["unsignedTask", "taskSignature", "publicKeyId"]))
            proof = .signature(
                task: try Self.base64(fields, "unsignedTask"),
                signature: try Self.base64(fields, "taskSignature"),
                keyID: try fields.nullableString("publicKeyId")
            )
        case "OIDC":
            try fields.allowOnly(common.union(["modellerToken"]))
            proof = .token(try fields.string("modellerToken"))
        case "SAML":
            // The modeller may have added anything.
            proof = .saml(
                requestID: try fields.string("originalSAMLRequestID"),
                response: fields.members["SAMLResponse"]?.stringValue
            )
        default:
            throw .badRequest("identityProvider '\(provider)' is unknown")
        }
    }

    /// Standard alphabet with padding.
    private static func base64(_ fields: JSONFields, _ name: String) throws(Refusal) -> [UInt8] {
        guard let bytes = Data(base64Encoded: try fields.string(name)) else {
            throw .badRequest("\(name) is not base64")
        }
        return Array(bytes)
    }

    private static func check(_ request: JSONFields) throws(Refusal) {
        _ = try request.string("class_name")
        let algorithms: [JSONValue]
        switch try request.value("algorithm") {
        case .object(let algorithm): algorithms = [.object(algorithm)]
        case .array(let list): algorithms = list
        default: throw .badRequest("algorithm is neither an object nor a list")
        }
        for algorithm in algorithms {
            guard let members = algorithm.objectValue else { throw .badRequest("an algorithm is no object") }
            _ = try JSONFields(members).string("class_name")
            guard members["model"]?.objectValue?["schema"] == nil else {
                throw .badRequest("the schema of a model was sent")
            }
        }
    }
}
