// SPDX-License-Identifier: Apache-2.0

public import Cryptography
import Foundation
import HTTPTransport
import StrictJSON

extension HubClient {
    /// One dataset.
    ///
    /// - Parameter project: asks through a project; counts only for other people's datasets.
    /// - Returns: nil if the Hub does not know it.
    public func pod(_ identifier: PodIdentifier, project: String? = nil) async throws(BitfountError) -> Pod? {
        var path = ["api", "pods", identifier.owner, identifier.name]
        if let project, try await session.username() != identifier.owner {
            path = ["api", "projects", project, "pods", identifier.owner, identifier.name]
        }
        let response = try await service.send(ServiceCall(.get, path, timeout: .seconds(20)))
        if response.status == 404 { return nil }
        guard response.status == 200 else { throw response.failure() }
        return try response.decoded(as: Pod.self)
    }

    /// The key to which modellers encrypt their tasks for a dataset.
    ///
    /// - Returns: nil if the Hub does not know the dataset, or no key of it.
    public func podKey(
        _ identifier: PodIdentifier,
        project: String? = nil
    ) async throws(BitfountError) -> RSAPublicKey? {
        try await pod(identifier, project: project)?.key()
    }

    /// The schema of a dataset, as it was uploaded.
    ///
    /// - Returns: nil if the Hub does not know the dataset.
    /// - Throws: `malformedResponse` if the Hub does not say where the schema is, or it is none.
    public func podSchema(
        _ identifier: PodIdentifier,
        project: String? = nil
    ) async throws(BitfountError) -> [UInt8]? {
        guard let pod = try await pod(identifier, project: project) else { return nil }
        guard let url = pod.schemaDownloadURL.flatMap({ URL(string: $0.reveal()) }) else {
            throw BitfountError(.malformedResponse, "The Hub does not say where the schema of \(identifier) is")
        }
        return try await storage.download(url, maximumBytes: limits.maximumSchemaBytes)
    }

    /// Every dataset that the caller may see.
    public func pods() async throws(BitfountError) -> [PodListing] {
        var call = ServiceCall(.get, ["api", "pods"], timeout: .seconds(20))
        call.maximumResponseBytes = limits.maximumListBytes
        return try await service.send(call, expecting: [200]).decoded()
    }

    /// Archives a dataset of the caller: it is no longer listed, and can be registered again.
    public func archivePod(_ name: String) async throws(BitfountError) {
        let path = ["api", "pods", try await session.username(), name]
        let call = try ServiceCall(.post, path, json: ["archive": true], timeout: .seconds(10))
        _ = try await service.send(call, expecting: .anySuccess)
    }
}
