// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import HTTPTransport
import PodSandbox
import Testing

/// Files of buckets with the typed clients (flame-hub.md, 4.12).
@Suite struct FlameFileTests {
    @Test(arguments: FlameRelease.allCases)
    func filesGoUpAndDown(release: FlameRelease) async throws {
        try await FlameTestHub.run(release) { hub async throws in
            let storage = hub.admin.storage
            let directory = FileManager.default.temporaryDirectory.appending(path: "flame-files-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            let bucket = try await storage.buckets.create(.init(name: "a bucket"))
            // More than is kept in memory, with what looks like the beginning of a boundary.
            let content = Data((0..<400_000).flatMap { Array("\r\n--\($0)".utf8) })
            let file = try await storage.buckets.upload(
                UploadFile(path: "a/data.bin", content: .bytes(content)),
                to: bucket.id
            )
            #expect(file.name == "data.bin" && file.directory == "a" && file.size == Int64(content.count))
            let copy = directory.appending(path: "copy")
            try await storage.bucketFiles.download(file.id, to: copy)
            #expect(try Data(contentsOf: copy) == content)
            let archive = directory.appending(path: "archive.tar")
            try await storage.buckets.downloadArchive(of: bucket.id, to: archive)
            let bytes = try Data(contentsOf: archive)
            #expect(bytes.prefix(10) == Data("a/data.bin".utf8) && bytes[512..<512 + content.count] == content)
            #expect(bytes.count % 512 == 0)

            await hub.expect(.conflict) {
                _ = try await storage.buckets.upload(
                    UploadFile(path: "a/data.bin", content: .bytes(Data("other".utf8))),
                    to: bucket.id
                )
            }
            let other = try await storage.buckets.upload(
                UploadFile(path: "a/data.bin", content: .bytes(Data("other".utf8))),
                to: bucket.id,
                replacing: true
            )
            #expect(try await storage.bucketFiles.find(filter: .bucketID(bucket.id)).map(\.id) == [other.id])
            try await storage.bucketFiles.delete(other.id)
            try await storage.buckets.delete(bucket.id)
            #expect(try await storage.buckets.get(bucket.id) == nil)
        }
    }
}
