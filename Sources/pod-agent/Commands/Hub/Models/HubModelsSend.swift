import ArgumentParser
import Bitfount
import Foundation

/// `pod-agent hub models send`
struct HubModelsSend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Upload the source of a model as a new version.",
        discussion: """
            The Hub takes at most 3 MiB; a larger file is refused before anything is sent. Whether it is Python that defines a \
            model is not checked.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The source, in UTF-8.", completion: .file())
    var file: String

    @Option(help: "The model's name; the file's name without its extension if it is left out.")
    var name: String?

    @Flag(help: "Only you may see it.")
    var `private` = false

    @Option(help: "What there is to say about it.")
    var description = ""

    private struct Sent {
        let name: String
        let upload: ModelUpload
    }

    private static let fields: [Field<Sent>] = [
        Field("name") { $0.name },
        Field("version") { $0.upload.version },
        Field("alreadyExisted") { $0.upload.alreadyExisted },
    ]

    func run() async throws {
        try await common.withServices { services in
            let name = name ?? URL(filePath: file).deletingPathExtension().lastPathComponent
            let upload = try await services.hub.sendModel(
                name,
                source: try InputFile.bytes(file),
                isPrivate: `private`,
                description: description
            )
            try result.show(Sent(name: name, upload: upload), Self.fields)
        }
    }
}
