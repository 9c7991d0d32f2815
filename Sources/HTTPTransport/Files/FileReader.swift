import Foundation

/// Reads a regular file from its start, on its own queue.
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
        var status = stat()
        guard fstat(try opened().descriptor, &status) == 0 else { throw OpenFile.failure("examined", url) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw HTTPError(.file, "\(url.path) isn't a regular file.")
        }
        return Int64(status.st_size)
    }

    /// The next bytes, at most `count`; empty at the end.
    func read(_ count: Int) throws(HTTPError) -> Data {
        let descriptor = try opened().descriptor
        var data = Data(count: count)
        while true {
            let result = data.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if result >= 0 { return data.prefix(result) }
            guard errno == EINTR else { throw OpenFile.failure("read", url) }
        }
    }

    private func opened() throws(HTTPError) -> OpenFile {
        if let file { return file }
        // Non-blocking, so that a FIFO put in the file's place can't hang the open.
        let opened = try OpenFile(url, O_RDONLY | O_NONBLOCK)
        file = opened
        return opened
    }
}
