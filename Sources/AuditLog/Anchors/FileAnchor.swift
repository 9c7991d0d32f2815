import Foundation

/// Appends each checkpoint as a line of JSON to a file, best on another disk or a mount of another machine. The last line
/// can be given to a verification as a checkpoint from elsewhere.
public struct FileAnchor: CheckpointAnchor {
    /// `file` and the path.
    public let name: String
    private let path: String
    private let wallClock: @Sendable () -> Date
    private let queue = BlockingQueue(label: "pod-agent.audit.anchor.file")

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
            let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw AnchorError(.unreachable, systemError: errno, "The anchor file \(path) can't be opened")
            }
            defer { close(descriptor) }
            guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else {
                throw AnchorError(.unreachable, systemError: errno, "The anchor file \(path) can't be written")
            }
        }
    }
}
