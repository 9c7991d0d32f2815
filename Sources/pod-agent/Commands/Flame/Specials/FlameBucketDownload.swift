import ArgumentParser
import FlameHub
import Foundation

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
            print("wrote \(file)")
        }
    }
}
