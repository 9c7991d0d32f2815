import ArgumentParser
import FlameHub
import Foundation

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
            print("wrote \(file)")
        }
    }
}
