// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Offloading
import SystemFiles

/// Appends each checkpoint as a line of JSON to a file, best on another disk or a mount of another machine. The last line
/// can be given to a verification as a checkpoint from elsewhere.
public struct FileAnchor: CheckpointAnchor {
    /// `file` and the path.
    public let name: String
    private let path: String
    private let wallClock: @Sendable () -> Date
    private let queue = WorkQueue(label: "pod-agent.audit.anchor.file")

    /// An anchor in a file, which is made with mode 0600 if it isn't there.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - wallClock: The time that a line says.
    public init(_ file: URL, wallClock: @escaping @Sendable () -> Date = { Date() }) {
        path = file.path
        name = "file \(file.path)"
        self.wallClock = wallClock
    }

    /// Appends a line and waits until it is on the disk.
    public func publish(_ checkpoint: SignedCheckpoint) async throws {
        let line = AnchorText.json(checkpoint, at: wallClock()) + [0x0A]
        try await queue.run { [path] () throws(AnchorError) in
            do throws(FileError) {
                let file = try FileDescriptor(URL(filePath: path), O_WRONLY | O_APPEND | O_CREAT)
                guard line.withUnsafeBytes({ file.write($0) }), file.synchronize() else {
                    throw FileError(.failed, "\(path) can't be written", reason: .last)
                }
            } catch {
                throw AnchorError(.unreachable, "The anchor file \(error).")
            }
        }
    }
}
