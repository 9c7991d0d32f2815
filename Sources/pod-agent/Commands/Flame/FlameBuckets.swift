// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FlameHub
import Foundation
import HTTPTransport

/// `pod-agent flame buckets upload`
struct FlameBucketUpload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Put a file into a bucket.",
        discussion: """
            The Hub can't replace a file: with --replace those of the same path are deleted first, once the new one was opened. An \
            entry point is marked again. An upload that breaks off ends the Storage process of hubs that have no buffering proxy in \
            front: the first interrupt waits for its end, the second one breaks it off.
            """
    )

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The bucket's id.")
    var id: HubID<Bucket>

    @Argument(help: "The file.", completion: .file())
    var file: String

    @Option(help: "Where it is to be in the bucket, such as src/main.py; otherwise its name.")
    var path: String?

    @Flag(help: "Delete a file of the same path first.")
    var replace = false

    func run() async throws {
        try await flame.withHub { session in
            let url = URL(filePath: file)
            let size = (try? FileManager.default.attributesOfItem(atPath: url.path)[.size] as? NSNumber)?.int64Value
            let bar = ProgressBar(url.lastPathComponent)
            defer { bar.finish() }
            let shield = UploadShield()
            defer { shield.end() }
            let stored = try await session.upload(
                UploadFile(path: path ?? url.lastPathComponent, content: .file(url)),
                to: id,
                replacing: replace,
                progress: { bar.update(completed: $0, total: size) }
            )
            bar.finish()
            switch stored.isEntrypointAgain {
            case true?: StandardError.write("note: the file was the analysis' entry point and is marked again")
            case false?:
                StandardError.write(
                    "warning: the file was the analysis' entry point, and the Hub did not link the new one in time: "
                        + "set root=true with `pod-agent flame analysis-bucket-files update`"
                )
            case nil: break
            }
            let fields: [Field<BucketFile>] = [
                Field("id") { $0.id.text },
                Field("path") { $0.path },
                Field("size") { $0.size.map { Int($0) } },
            ]
            try result.show(stored.file, fields)
        }
    }
}

/// `pod-agent flame buckets download`
struct FlameBucketDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download",
        abstract: "Write all files of a bucket to a tar archive.",
        discussion: "The names in it are what uploaders chose: refuse absolute ones and .. when unpacking."
    )

    @OptionGroup var flame: FlameOptions

    @Argument(help: "The bucket's id.")
    var id: HubID<Bucket>

    @Argument(help: "The archive.", completion: .file())
    var file: String

    func run() async throws {
        try await flame.withHub { session in
            let url = URL(filePath: file)
            let bar = ProgressBar(url.lastPathComponent)
            defer { bar.finish() }
            try await session.storage.buckets.downloadArchive(of: id, to: url) {
                bar.update(completed: $0.receivedBytes, total: $0.expectedBytes)
            }
            bar.finish()
            StandardOutput.write("wrote \(file)")
        }
    }
}

/// `pod-agent flame bucket-files download`
struct FlameBucketFileDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "download", abstract: "Write the content of a file.")

    @OptionGroup var flame: FlameOptions

    @Argument(help: "The id of the file in its bucket.")
    var id: HubID<BucketFile>

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    func run() async throws {
        try await flame.withHub { session in
            let url = URL(filePath: file)
            let bar = ProgressBar(url.lastPathComponent)
            defer { bar.finish() }
            try await session.storage.bucketFiles.download(id, to: url) {
                bar.update(completed: $0.receivedBytes, total: $0.expectedBytes)
            }
            bar.finish()
            StandardOutput.write("wrote \(file)")
        }
    }
}
