// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What the Access Manager is asked about, whatever the proof of identity (bitfount-protocol.md, 4.2).
public struct AccessRequest: Sendable {
    /// The dataset that the task is for, as it is registered.
    public var podIdentifier: PodIdentifier
    /// The sender of the task request.
    public var modellerName: String
    /// The decrypted protocol without model schemas, as the exact bytes of one JSON object: it is forwarded as it is.
    public var protocolJSON: [UInt8]
    /// The project in whose name the task runs, if any.
    public var projectID: String?

    /// Puts a request together.
    public init(podIdentifier: PodIdentifier, modellerName: String, protocolJSON: [UInt8], projectID: String? = nil) {
        self.podIdentifier = podIdentifier
        self.modellerName = modellerName
        self.protocolJSON = protocolJSON
        self.projectID = projectID
    }

    /// The body of a check: the modeller's fields first, so that none of them can replace one of the pod's own.
    ///
    /// - Throws: `invalidArgument` if `protocolJSON` is not exactly one JSON object.
    func body(
        identityProvider: String,
        modellerFields: JSONObject = [:],
        proof: JSONObject
    ) throws(BitfountError) -> [UInt8] {
        guard case .object? = try? JSONValue(parsing: protocolJSON) else {
            throw BitfountError(.invalidArgument, "The protocol of the task is not a JSON object")
        }
        var members = modellerFields
        members["podIdentifier"] = .string(podIdentifier.description)
        members["modellerName"] = .string(modellerName)
        members["projectId"] = JSONValue(projectID)
        members["identityProvider"] = .string(identityProvider)
        for (key, value) in proof { members[key] = value }
        // Left to the end, where its bytes are put in as they are.
        members["modellerProtocolRequest"] = nil
        var body = try JSONValue.object(members).body()
        body.removeLast()
        body += #","modellerProtocolRequest":"#.utf8
        body += protocolJSON
        body.append(UInt8(ascii: "}"))
        return body
    }
}
