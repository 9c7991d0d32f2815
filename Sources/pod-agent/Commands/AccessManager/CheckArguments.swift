import AgentDaemon
import ArgumentParser
import Bitfount

/// What all checks have in common: the question, and how its answer is shown.
struct CheckArguments: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "The dataset, owner/name.")
    var dataset: PodIdentifier

    @Option(help: "The modeller's username.")
    var modeller: String

    @Option(name: .customLong("protocol"), help: "The task's protocol: a file with a JSON object.", completion: .file())
    var protocolFile: String

    @Option(help: "The id of the project to which the task belongs.")
    var project: String?

    private static let fields: [Field<AccessVerdict>] = [
        Field("code") { $0.code.rawValue },
        Field("limits") { $0.limits.map { ResultOptions.document($0, UsageLimit.fields) } },
    ]

    /// Asks, shows the verdict, and fails with 77 unless it is ACCEPT.
    func ask(
        _ check: (AccessManagerClient, AccessRequest) async throws -> AccessVerdict
    ) async throws {
        try await common.withServices { services in
            let request = AccessRequest(
                podIdentifier: dataset,
                modellerName: modeller,
                protocolJSON: try InputFile.bytes(protocolFile),
                projectID: project
            )
            let verdict = try await check(services.accessManager, request)
            try result.show(verdict, Self.fields)
            guard verdict.code == .accept else {
                throw AgentFailure(.denied, "the Access Manager does not allow \(modeller) this task on \(dataset)")
            }
        }
    }
}
