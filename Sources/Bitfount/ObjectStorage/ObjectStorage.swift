// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport

/// Transfers with pre-signed URLs (bitfount-protocol.md, 3.6).
///
/// No credentials are attached and no redirects followed; the URLs are secrets and appear redacted in errors.
public struct ObjectStorage: Sendable {
    let http: HTTPClient
    private let limits: ObjectStorageLimits

    /// Makes a client.
    public init(http: HTTPClient, limits: ObjectStorageLimits = ObjectStorageLimits()) {
        self.http = http
        self.limits = limits
    }

    /// Uploads an object with one form `POST`, its length announced.
    ///
    /// - Parameters:
    ///   - fields: the form's fields in the order in which they were given.
    ///   - filename: what the file part is called; `bitfount_file` for everything but models.
    /// - Throws: the code of the status if it is not 200, 201, 203 or 204.
    public func upload(
        _ content: UploadContent,
        filename: String = "bitfount_file",
        to url: URL,
        fields: [(name: String, value: String)],
        progress: TransferObserver? = nil
    ) async throws(BitfountError) {
        let form = MultipartForm(
            fields: fields,
            file: MultipartForm.File(filename: filename, content: content.formContent)
        )
        var request = HTTPRequest(.post, url, headers: ["Content-Type": form.contentType])
        do throws(HTTPError) {
            request.body = try await form.body().reporting(to: progress)
        } catch {
            throw BitfountError(error)
        }
        _ = try await send(request)
    }

    /// Uploads the pieces of an object one after the other. The Hub has to be told afterwards.
    ///
    /// - Returns: what the Hub wants to know about each piece.
    /// - Throws: `malformedResponse` if the storage gives a piece no `ETag`, or too many pieces are asked for.
    public func upload(
        _ content: UploadContent,
        in ticket: MultipartTicket,
        progress: TransferObserver? = nil
    ) async throws(BitfountError) -> [UploadedPart] {
        let total = try content.byteCount()
        let ranges = ticket.ranges(of: total)
        guard ranges.count <= limits.maximumParts else {
            throw BitfountError(.malformedResponse, "The upload was divided into too many parts")
        }
        var parts: [UploadedPart] = []
        for (index, range) in ranges.enumerated() {
            var request = HTTPRequest(.put, ticket.urls[index])
            request.headers["Content-Type"] = "application/octet-stream"
            request.body = content.body(of: range).reporting(to: progress, offset: range.lowerBound, total: total)
            let response = try await send(request)
            guard let etag = response.http.headers["ETag"] else {
                throw response.failure(.malformedResponse, "The storage did not confirm a part of the upload")
            }
            parts.append(UploadedPart(number: index + 1, etag: etag.trimmingCharacters(in: ["\""])))
        }
        return parts
    }

    /// Downloads an object into memory.
    ///
    /// - Throws: the code of the status if it is not 200; `malformedResponse` if the object is larger than allowed.
    public func download(_ url: URL, maximumBytes: Int) async throws(BitfountError) -> [UInt8] {
        let response = try await exchange(HTTPRequest(.get, url), maximumResponseBytes: Int64(maximumBytes))
        guard response.status == 200 else { throw response.failure() }
        return Array(response.body)
    }

    private func send(_ request: HTTPRequest) async throws(BitfountError) -> ServiceResponse {
        let response = try await exchange(request, maximumResponseBytes: limits.maximumAnswerBytes)
        guard [200, 201, 203, 204].contains(response.status) else { throw response.failure() }
        return response
    }

    private func exchange(
        _ request: HTTPRequest,
        maximumResponseBytes: Int64
    ) async throws(BitfountError) -> ServiceResponse {
        do throws(HTTPError) {
            let response = try await http.send(prepared(request, maximumResponseBytes: maximumResponseBytes))
            return ServiceResponse(method: request.method, url: RedactedURL(request.url), http: response)
        } catch {
            throw BitfountError(error)
        }
    }

    func prepared(_ request: HTTPRequest, maximumResponseBytes: Int64) -> HTTPRequest {
        var request = request
        request.timeout = nil
        request.connectTimeout = limits.connectTimeout
        request.idleTimeout = limits.idleTimeout
        request.maximumResponseBytes = maximumResponseBytes
        return request
    }
}
