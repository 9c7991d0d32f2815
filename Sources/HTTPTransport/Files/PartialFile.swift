import Foundation

/// A file that appears under its name when it is complete, and not before.
///
/// The bytes go to a hidden file of mode 0600 in the same directory, which `commit` moves into place. Whatever is
/// not committed is removed.
actor PartialFile {
    private let executor = BlockingExecutor(label: "pod-agent.http.write")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let destination: URL
    private let partial: URL
    private var file: OpenFile?

    init(_ destination: URL) {
        self.destination = destination
        let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
        partial = destination.deletingLastPathComponent()
            .appendingPathComponent(".\(destination.lastPathComponent).\(suffix).partial")
    }

    deinit {
        if file != nil { unlink(partial.path) }
    }

    /// Makes the hidden file.
    func create() throws(HTTPError) {
        file = try OpenFile(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    }

    /// Appends bytes.
    func write(_ data: Data) throws(HTTPError) {
        try file?.write(data)
    }

    /// Puts the file in place: its bytes are on the disk before its name is.
    func commit() throws(HTTPError) {
        guard let file else { return }
        try file.synchronize()
        guard rename(partial.path, destination.path) == 0 else { throw OpenFile.failure("put in place", destination) }
        self.file = nil
        try OpenFile(destination.deletingLastPathComponent(), O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// Removes the hidden file.
    func discard() {
        guard file != nil else { return }
        file = nil
        unlink(partial.path)
    }
}
