// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StrictJSON

extension HubClient {
    /// Tells the Hub where this installation is in its own network; the Hub gives it a name.
    public func registerCompute(
        instanceID: String,
        privateIPAddress: String,
        clusterID: String? = nil
    ) async throws(BitfountError) -> ComputeIdentity {
        var document: JSONObject = ["privateIpAddress": .string(privateIPAddress)]
        document["clusterId"] = clusterID.map(JSONValue.string)
        let path = ["api", "compute", "instances", instanceID]
        let call = try ServiceCall(.put, path, json: document, timeout: .seconds(10))
        return try await service.send(call, expecting: .anySuccess).decoded()
    }

    /// Asks for a certificate for an installation's name.
    ///
    /// - Parameter signingRequest: the certificate signing request as PEM (bitfount-protocol.md, 11.5).
    /// - Returns: nil if a request is under way already.
    public func requestCertificate(
        forCompute id: String,
        signingRequest: String
    ) async throws(BitfountError) -> ComputeCertificate? {
        let path = ["api", "compute", id, "certificate"]
        let call = try ServiceCall(.post, path, json: ["csrPem": .string(signingRequest)], timeout: .seconds(10))
        let response = try await service.send(call)
        if response.status == 409 { return nil }
        guard Set.anySuccess.contains(response.status) else { throw response.failure() }
        return try response.decoded(as: ComputeCertificate.self)
    }

    /// The certificate for an installation's name, or how it is getting on.
    public func certificate(forCompute id: String) async throws(BitfountError) -> ComputeCertificate {
        let call = ServiceCall(.get, ["api", "compute", id, "certificate"], timeout: .seconds(10))
        return try await service.send(call, expecting: .anySuccess).decoded()
    }
}
