// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Hummingbird
import Logging

/// The stand-in of a FLAME Hub: auth, core and storage under one address (flame-hub.md, 9.2).
///
/// It keeps what it is told for as long as it runs. Use ``withFlameHub(_:_:)`` to start one, or a ``Sandbox``, which
/// has one:
///
/// ```swift
/// try await withFlameHub { hub in
///     let node = hub.seed.node          // its id, and the credentials of its client
///     _ = try hub.coreURL               // http://127.0.0.1:49152/core/
///     hub.faults.plan(.status(503), path: "/core/analysis-nodes")
///     hub.change("analysis-nodes", id, ["approvalStatus": "approved"])
/// }
/// ```
package final class SandboxFlameHub: Sendable {
    /// The requests that came to the three services.
    package let log = RequestLog()
    /// What goes wrong; paths begin with the service, such as `/core/nodes`.
    package let faults = FaultPlan()
    /// The release that it is.
    package let release: FlameRelease
    /// What was there in the beginning.
    package let seed: FlameSeed

    let server: StandInServer
    let state: Observed<FlameState>
    /// Where large files go.
    let directory: URL
    private let workDelay: Duration

    init(_ configuration: FlameHubConfiguration) {
        server = StandInServer(name: "FLAME Hub", port: configuration.port, logger: configuration.logger)
        release = configuration.release
        directory = configuration.fileDirectory.appending(path: "sandbox-flame-\(SandboxIDs.uuid())")
        workDelay = configuration.workDelay
        var state = FlameState(configuration.release)
        seed = FlameSeed(configuration.size, in: &state)
        self.state = Observed(state)
    }

    /// The base URL of Auth, with a slash at the end.
    package var authURL: URL { get throws { try server.url.appending(path: "auth/") } }
    /// The base URL of Core, with a slash at the end.
    package var coreURL: URL { get throws { try server.url.appending(path: "core/") } }
    /// The base URL of Storage, with a slash at the end.
    package var storageURL: URL { get throws { try server.url.appending(path: "storage/") } }
    /// The address without a service.
    package var url: URL { get throws { try server.url } }

    /// Does what is planned, as the Hub's workers do, until the task is cancelled.
    func work() async throws {
        while true {
            try await state.wait { !$0.jobs.isEmpty }
            try await Task.sleep(for: workDelay)
            state.change { state in
                let jobs = state.jobs
                state.jobs = []
                for job in jobs { state.run(job) }
            }
        }
    }

    /// Forgets the files.
    func discardFiles() {
        // It was only made if there was a large file.
        try? FileManager.default.removeItem(at: directory)
    }
}
