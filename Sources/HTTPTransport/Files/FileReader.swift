// SPDX-License-Identifier: Apache-2.0

import Foundation
import Offloading
import Synchronization
import SystemFiles

/// Reads a regular file off the cooperative pool.
final class FileReader: Sendable {
    private let queue = WorkQueue(label: "pod-agent.http.read")
    private let url: URL
    private let file = Mutex<ReadableFile?>(nil)

    init(_ url: URL) {
        self.url = url
    }

    /// The size of the file in bytes.
    func size() async throws(HTTPError) -> Int64 {
        try await read { file throws(FileError) in try file.byteCount() }
    }

    /// The bytes from an offset, `count` of them unless the file ends before.
    func read(_ count: Int, at offset: Int64) async throws(HTTPError) -> Data {
        try await read { file throws(FileError) in try file.read(count, at: offset) }
    }

    private func read<Output: Sendable>(
        _ body: @escaping @Sendable (ReadableFile) throws(FileError) -> Output
    ) async throws(HTTPError) -> Output {
        try await queue.run { () throws(HTTPError) in
            do throws(FileError) {
                return try body(self.opened())
            } catch {
                throw HTTPError(error)
            }
        }
    }

    private func opened() throws(FileError) -> ReadableFile {
        try file.withLock { file throws(FileError) in
            if let file { return file }
            let opened = try ReadableFile(url)
            file = opened
            return opened
        }
    }
}

extension HTTPError {
    /// What a fault of a file means to a transfer.
    init(_ error: FileError) {
        self.init(.file, "\(error).", underlying: error)
    }
}
