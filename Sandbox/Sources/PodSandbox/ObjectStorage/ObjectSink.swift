// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import NIOCore

/// Takes in the bytes of one object, at most as many as allowed.
struct ObjectSink: ~Copyable {
    /// Objects up to this size stay in memory, in bytes.
    static let maximumInMemory = 1 << 20

    private let directory: URL
    private let limit: Int
    private var buffer = ByteBuffer()
    private var file: (handle: FileHandle, url: URL)?
    private var size = 0
    private var hasher = SHA256Hasher()

    /// - Parameter directory: Where large objects go.
    init(directory: URL, limit: Int) {
        self.directory = directory
        self.limit = limit
    }

    mutating func write(_ bytes: ByteBuffer) throws {
        size += bytes.readableBytes
        guard size <= limit else { throw Refusal(400, "EntityTooLarge") }
        bytes.withUnsafeReadableBytes { hasher.update($0) }
        buffer.writeImmutableBuffer(bytes)
        guard size > Self.maximumInMemory else { return }
        let handle = try file?.handle ?? open()
        try handle.write(contentsOf: buffer.readableBytesView)
        buffer.clear()
    }

    private mutating func open() throws -> FileHandle {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let url = directory.appending(path: SandboxIDs.uuid())
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
            throw SandboxError(.file, "the object store can't write to \(directory.path)")
        }
        let handle = try FileHandle(forWritingTo: url)
        file = (handle, url)
        return handle
    }

    /// The finished object and its entity tag.
    mutating func finish() throws -> StoredObject {
        let tag = Hex.encode(hasher.finish().prefix(16))
        guard let file else { return StoredObject(bytes: .memory(buffer), entityTag: tag) }
        try file.handle.close()
        return StoredObject(bytes: .file(file.url, size: size), entityTag: tag)
    }
}
