// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the event loop takes the bytes of a request body from.
enum RequestBodySource: Sendable {
    case empty
    case bytes(Data)
    case pumped(UploadPump)

    /// Finds out the length of a body, and starts nothing.
    init(_ body: HTTPBody, _ control: TransferControl) async throws(HTTPError) {
        switch body {
        case .empty:
            self = .empty
        case .bytes(let data):
            self = .bytes(data)
        case .file(let url):
            let length = try await FileReader(url).size()
            let sequence = FileChunks(file: url)
            self = .pumped(UploadPump(length: length, sequence: sequence, buffer: UploadBuffer(control)))
        case .stream(let length, let makeSequence):
            guard length >= 0 else { throw HTTPError(.invalidRequest, "The length of a body can't be negative.") }
            self = .pumped(UploadPump(length: length, sequence: makeSequence(), buffer: UploadBuffer(control)))
        }
    }

    /// The length in bytes.
    var length: Int64 {
        switch self {
        case .empty: 0
        case .bytes(let data): Int64(data.count)
        case .pumped(let pump): pump.length
        }
    }

    /// The task that feeds the body, if it isn't in memory.
    var pump: UploadPump? {
        if case .pumped(let pump) = self { pump } else { nil }
    }
}
