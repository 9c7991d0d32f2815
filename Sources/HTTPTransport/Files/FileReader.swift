import Foundation

/// Reads a regular file from its start, on a queue of its own.
actor FileReader {
    private let executor = BlockingExecutor(label: "pod-agent.http.read")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let url: URL
    private var file: OpenFile?

    init(_ url: URL) {
        self.url = url
    }

    /// The size of the file in bytes.
    func size() throws(HTTPError) -> Int64 {
        try opened().size()
    }

    /// The next bytes, at most `count`; empty at the end.
    func read(_ count: Int) throws(HTTPError) -> Data {
        try opened().read(count)
    }

    private func opened() throws(HTTPError) -> OpenFile {
        if let file { return file }
        // Non-blocking, so that a FIFO in the file's place can't hang the open.
        let opened = try OpenFile(url, O_RDONLY | O_NONBLOCK)
        file = opened
        return opened
    }
}
