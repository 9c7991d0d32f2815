// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Moves a request body from its sequence into the buffer, and sees that it has the announced length.
struct UploadPump: Sendable {
    let length: Int64
    let sequence: any AsyncSequence<Data, any Error> & Sendable
    let buffer: UploadBuffer

    /// Runs until the sequence ends, something fails or the task is cancelled.
    func run() async {
        do {
            try await pump()
        } catch {
            // A cancelled pump has nothing to report: the transfer is over, or is being cancelled too.
            guard !Task.isCancelled else { return }
            let message = "The request's body couldn't be read to its end."
            buffer.fail(error as? HTTPError ?? HTTPError(.bodyFailed, message, underlying: error))
        }
    }

    private func pump() async throws {
        var iterator: any AsyncIteratorProtocol<Data, any Error> = sequence.makeAsyncIterator()
        var total: Int64 = 0
        while let chunk = try await iterator.next() {
            guard !chunk.isEmpty else { continue }
            total += Int64(chunk.count)
            if total >= length {
                // The last bytes are held back until the sequence has ended, so that a body that is too long is
                // never sent as if it were whole.
                guard total == length, try await endsHere(&iterator) else { throw wrongLength }
            }
            await buffer.write(chunk)
            try Task.checkCancellation()
        }
        guard total == length else { throw wrongLength }
    }

    private var wrongLength: HTTPError {
        HTTPError(.bodyFailed, "The request's body isn't \(length) bytes long, as was announced.")
    }

    private func endsHere(_ iterator: inout any AsyncIteratorProtocol<Data, any Error>) async throws -> Bool {
        while let extra = try await iterator.next() {
            guard extra.isEmpty else { return false }
        }
        return true
    }
}
