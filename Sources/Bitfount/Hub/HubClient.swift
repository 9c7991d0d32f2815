// SPDX-License-Identifier: Apache-2.0

import Foundation
public import HTTPTransport
import StrictJSON

/// The Hub's REST interface (bitfount-protocol.md, 3): pods, models, keys, projects and compute.
///
/// Every method fails with a ``BitfountError`` that names the call. Unknown fields of answers are ignored, unknown names
/// of states and roles are kept.
public struct HubClient: Sendable {
    let session: BitfountSession
    let service: Service
    let anonymous: Service
    let storage: ObjectStorage
    let limits: HubLimits

    /// The Hub of the session's environment.
    public init(session: BitfountSession, http: HTTPClient, limits: HubLimits = HubLimits()) {
        self.session = session
        self.limits = limits
        service = Service(base: session.environment.hub, session: session, http: http)
        anonymous = Service(base: session.environment.hub, session: nil, http: http)
        storage = ObjectStorage(http: http)
    }

    /// The query that asks for a multipart upload, which the Hub then offers for large objects. Releases up to 3.0.0 do
    /// not send it.
    static let multipart = [("multipartUpload", "true")]

    /// Uploads an object to where the answer to its announcement says, and tells the Hub when that was in pieces.
    ///
    /// - Throws: `refused` if the answer says that it failed, `malformedResponse` if it does not say where to upload.
    func deliver(
        _ content: UploadContent,
        as objectType: String,
        filename: String,
        to answer: JSONObject,
        of response: ServiceResponse,
        progress: TransferObserver? = nil
    ) async throws(BitfountError) {
        guard let ticket = UploadTicket(answer) else {
            throw response.failure(.malformedResponse, "The Hub did not say where to upload")
        }
        switch ticket {
        case .form(let url, let fields):
            try await storage.upload(content, filename: filename, to: url, fields: fields, progress: progress)
        case .parts(let ticket):
            let parts = try await storage.upload(content, in: ticket, progress: progress)
            let call = try ServiceCall(
                .post,
                ["api", "upload"],
                json: [
                    "objectType": .string(objectType),
                    "key": .string(ticket.key),
                    "uploadId": .string(ticket.uploadID),
                    "parts": .array(parts.map { ["ETag": .string($0.etag), "PartNumber": JSONValue($0.number)] }),
                ],
                timeout: .seconds(20)
            )
            _ = try await service.send(call, expecting: .anySuccess)
        }
    }
}
