// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

extension HubClient {
    /// Every model that the caller may see.
    public func models() async throws(BitfountError) -> [ModelListing] {
        var call = ServiceCall(.get, ["api", "models"], timeout: .seconds(20))
        call.maximumResponseBytes = limits.maximumListBytes
        return try await service.send(call, expecting: [200]).decoded()
    }

    /// What the Hub says about one version of a model.
    ///
    /// - Returns: nil if the Hub does not know it.
    public func model(_ model: ModelReference) async throws(BitfountError) -> ModelDetails? {
        let call = ServiceCall(.get, ["api", "models"], query: model.query, timeout: .seconds(20))
        let response = try await service.send(call)
        if response.status == 404 { return nil }
        guard response.status == 200 else { throw response.failure() }
        // The Hub's word for "nothing" besides 404 is an empty answer.
        guard try response.object().count > 0 else { return nil }
        return try response.decoded(as: ModelDetails.self)
    }

    /// The source of a model, checked against its hash.
    ///
    /// - Returns: nil if the Hub does not know the model.
    /// - Throws: `forbidden` if the Hub knows the model and does not hand it out, which it does when a project has used
    ///   up its allowance; `hashMismatch` if the source is not what was uploaded; `malformedResponse` if it is no text.
    public func modelSource(_ model: ModelReference) async throws(BitfountError) -> ModelSource? {
        guard let details = try await self.model(model) else { return nil }
        guard let address = details.sourceDownloadURL else {
            throw BitfountError(
                .forbidden,
                "The Hub does not hand out \(model.owner)/\(model.name); the project may have used up its allowance"
            )
        }
        guard let hash = details.hash else {
            throw BitfountError(.malformedResponse, "The Hub does not say what hash the model has")
        }
        return try await modelSource(at: address, hash: hash, version: details.version)
    }

    /// The source of a model from an address that came with a verdict, checked against its hash.
    ///
    /// - Throws: as ``modelSource(_:)``.
    public func modelSource(
        at address: Secret,
        hash: String,
        version: Int? = nil
    ) async throws(BitfountError) -> ModelSource {
        let bytes = try await storage.download(try url(address), maximumBytes: limits.maximumModelBytes)
        guard ModelSource.hash(of: bytes) == hash else {
            throw BitfountError(.hashMismatch, "The model is not what was uploaded: its hash differs")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw BitfountError(.malformedResponse, "The source of the model is not text in UTF-8")
        }
        return ModelSource(bytes: bytes, version: version)
    }

    /// Uploads the source of a model of the caller as a new version.
    ///
    /// Whether it is Python that defines a model is not checked here.
    ///
    /// - Parameters:
    ///   - name: the name of the model, which the SDK wants to be that of its class and of its file.
    ///   - source: its source in UTF-8. Line ends are made line feeds.
    ///   - isPrivate: whether only the caller sees it.
    ///   - description: what there is to say about it. Nil leaves the field out, as releases up to 3.0.0 do.
    ///   - offersMultipart: whether the Hub may ask for it in pieces. Releases up to 3.0.0 don't offer that.
    /// - Throws: `tooLarge` or `invalidArgument` before anything is sent; `refused` if the Hub says that it failed.
    public func sendModel(
        _ name: String,
        source: [UInt8],
        isPrivate: Bool = false,
        description: String? = "",
        offersMultipart: Bool = true
    ) async throws(BitfountError) -> ModelUpload {
        guard String(validating: source, as: UTF8.self) != nil else {
            throw BitfountError(.invalidArgument, "The source of the model is not text in UTF-8")
        }
        let source = ModelSource.normalized(source)
        guard source.count <= limits.maximumModelBytes else {
            throw BitfountError(
                .tooLarge,
                "The model has \(source.count) bytes, and the Hub takes \(limits.maximumModelBytes)"
            )
        }
        var document: JSONObject = [
            "modelName": .string(name),
            "modelSize": JSONValue(source.count),
            "modelHash": .string(ModelSource.hash(of: source)),
            "privateModel": .bool(isPrivate),
        ]
        document["modelDescription"] = description.map(JSONValue.string)
        let call = try ServiceCall(
            .post,
            ["api", "models"],
            query: offersMultipart ? Self.multipart : [],
            json: document,
            timeout: .seconds(20)
        )
        let response = try await service.send(call, expecting: .anySuccess)
        let answer = try response.object()
        guard let isTaken = answer["success"]?.boolValue else {
            throw response.failure(.malformedResponse, "The Hub did not say whether it took the model")
        }
        guard isTaken else { throw response.failure(.refused, "The Hub did not take the model") }
        guard let version = answer["version"]?.intValue else {
            throw response.failure(.malformedResponse, "The Hub did not say which version the model got")
        }
        try await deliver(.bytes(Data(source)), as: "Model", filename: "\(name).py", to: answer, of: response)
        return ModelUpload(version: version, alreadyExisted: answer["alreadyExisted"]?.boolValue ?? false)
    }

    func url(_ address: Secret) throws(BitfountError) -> URL {
        guard let url = URL(string: address.reveal()) else {
            throw BitfountError(.malformedResponse, "The Hub's address of an object is not a URL")
        }
        return url
    }
}
