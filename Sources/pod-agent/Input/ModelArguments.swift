import ArgumentParser
import Bitfount

/// Which model is meant.
struct ModelArguments: ParsableArguments {
    @Argument(help: "The model, owner/name.", transform: ModelArguments.name)
    var model: (owner: String, name: String)

    @Option(help: "Which version of the model; the latest if it is left out.")
    var modelVersion: Int?

    @Option(help: "The id of the project through which it is asked for.")
    var project: String?

    /// For the library.
    var reference: ModelReference {
        ModelReference(owner: model.owner, name: model.name, version: modelVersion, project: project)
    }

    /// For people.
    var description: String { "\(model.owner)/\(model.name)" + (modelVersion.map { ":\($0)" } ?? "") }

    @Sendable
    private static func name(_ text: String) throws -> (owner: String, name: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("'\(text)' is not a model's owner/name")
        }
        return (halves[0], halves[1])
    }
}
