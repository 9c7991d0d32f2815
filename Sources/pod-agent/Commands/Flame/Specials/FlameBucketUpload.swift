import ArgumentParser
import FlameHub
import Foundation

/// `pod-agent flame buckets upload`
struct FlameBucketUpload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Put a file into a bucket.",
        discussion: "The Hub can't replace a file: with --replace the one of the same path is deleted first."
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
            let stored = try await session.storage.buckets.upload(
                UploadFile(path: path ?? url.lastPathComponent, content: .file(url)),
                to: id,
                replacing: replace,
                progress: { bar.update(completed: $0, total: size) }
            )
            bar.finish()
            let fields: [Field<BucketFile>] = [
                Field("id") { $0.id.text },
                Field("path") { $0.path },
                Field("size") { $0.size.map { Int($0) } },
            ]
            try result.show(stored, fields)
        }
    }
}
