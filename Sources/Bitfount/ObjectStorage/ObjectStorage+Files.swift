// SPDX-License-Identifier: Apache-2.0

public import Foundation
import HTTPTransport

extension ObjectStorage {
    /// Downloads an object into a file, which appears when it is complete.
    ///
    /// - Throws: the code of the status if it is not 200; `malformedResponse` if the object is larger than allowed;
    ///   `file` if the file cannot be written. No file is left behind then.
    public func download(
        _ url: URL,
        to file: URL,
        maximumBytes: Int64,
        progress: TransferObserver? = nil
    ) async throws(BitfountError) {
        let request = prepared(HTTPRequest(.get, url), maximumResponseBytes: maximumBytes)
        let answer: HTTPResponse
        do throws(HTTPError) {
            answer = try await http.download(request, to: file) { state in
                progress?(TransferProgress(completedBytes: state.receivedBytes, totalBytes: state.expectedBytes))
            }
        } catch {
            throw BitfountError(error)
        }
        let response = ServiceResponse(method: .get, url: RedactedURL(url), http: answer)
        guard response.status == 200 else { throw response.failure() }
    }
}
