// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Foundation
import HTTPTransport

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var config = AgentConfiguration.defaultPath

    @Flag(name: [.short, .long], help: "Show the causes of an error.")
    var verbose = false

    /// Reads the configuration file and the environment.
    func load() throws -> AgentConfiguration {
        let configuration = try AgentConfiguration.load(
            from: URL(fileURLWithPath: config),
            environment: ProcessInfo.processInfo.environment
        )
        configuration.warnings.forEach { StandardError.write("warning: \($0)") }
        return configuration
    }

    /// Does a command's work with the services, as whom the configuration says.
    func withServices(_ work: (AgentClients) async throws -> Void) async throws {
        try await perform {
            let configuration = try load()
            LogOutput.bootstrap(configuration.log)
            let services = try AgentClients(configuration)
            do {
                try await work(services)
            } catch {
                await services.session.finishRenewal()
                services.http.shutdown()
                throw error
            }
            // A renewal that goes on in the background must not be lost with the process.
            await services.session.finishRenewal()
            services.http.shutdown()
        }
    }

    /// Runs a command's work; an error is shown as `error:` and `hint:` lines, and the process exits with its code.
    func perform(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let exit as ExitCode {
            throw exit
        } catch {
            let failure = AgentFailure(describing: error)
            StandardError.write("error: \(failure.message)")
            if verbose { failure.chain.dropFirst().forEach { StandardError.write("cause: \($0)") } }
            if let hint = failure.hint { StandardError.write("hint: \(hint)") }
            throw ExitCode(failure.exitCode.rawValue)
        }
    }
}

extension Optional {
    /// The value; a failure that says what the Hub does not know where there is none.
    func orUnknown(_ what: String) throws(AgentFailure) -> Wrapped {
        guard let self else { throw AgentFailure(.input, "the Hub does not know \(what)") }
        return self
    }
}
