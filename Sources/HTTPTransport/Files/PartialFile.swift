// SPDX-License-Identifier: Apache-2.0

import Foundation
import Offloading
import SystemFiles

/// A file that appears under its name, with mode 0600, when it is complete, written off the cooperative pool.
final class PartialFile: Sendable {
    private let queue = WorkQueue(label: "pod-agent.http.write")
    private let file: AtomicFile

    /// Makes a hidden file in the directory of the destination.
    init(_ destination: URL) async throws(HTTPError) {
        file = try await Self.run(on: queue) { () throws(FileError) in try AtomicFile(destination, in: .anywhere) }
    }

    /// Appends bytes.
    func write(_ data: Data) async throws(HTTPError) {
        try await Self.run(on: queue) { [file] () throws(FileError) in try file.write(data) }
    }

    /// Puts the file in place: its bytes are on the disk before its name is.
    func commit() async throws(HTTPError) {
        try await Self.run(on: queue) { [file] () throws(FileError) in try file.commit(.replace) }
    }

    /// Removes the hidden file.
    func discard() async {
        await queue.run { [file] in file.discard() }
    }

    private static func run<Output: Sendable>(
        on queue: WorkQueue,
        _ work: @escaping @Sendable () throws(FileError) -> Output
    ) async throws(HTTPError) -> Output {
        do {
            return try await queue.run(work)
        } catch {
            throw HTTPError(error)
        }
    }
}
