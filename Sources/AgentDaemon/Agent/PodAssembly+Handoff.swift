// SPDX-License-Identifier: Apache-2.0

import Bitfount
import BitfountTasks
import DatasetSchema
import Foundation
import Logging
import StrictJSON
import TaskFlow

extension PodAssembly {
    /// What runs accepted tasks.
    ///
    /// - Returns: The hand-off, and the service that has to run for it if there is one.
    func handoff(_ outbox: ReplyOutbox) throws -> (Handoff, HandoffService?) {
        let configuration = resources.configuration
        switch (configuration.handoff.mode, configuration.handoff.whenNone) {
        case (.none, .reject): return (.refuse, nil)
        case (.none, .abort): return (.abort, nil)
        case (.exec, _): break
        }
        let storage = ObjectStorage(http: resources.http)
        let service = HandoffService(
            try handoffSettings(),
            HandoffParts(
                store: tasks,
                messages: messages,
                outbox: outbox,
                bodies: try configuration.requestBodyFetcher(http: resources.http),
                uploads: { ticket, content in
                    guard let url = URL(string: ticket.uploadURL) else {
                        throw MessageServiceError(code: .other, message: "the storage's address is none")
                    }
                    try await storage.upload(.bytes(Data(content)), to: url, fields: ticket.fields)
                },
                entries: taskEntries,
                metrics: resources.metrics.handoff,
                clock: clock,
                logger: Logger(label: "handoff")
            )
        )
        return (.run(service), service)
    }

    private func handoffSettings() throws -> HandoffSettings {
        let configuration = resources.configuration
        let handoff = configuration.handoff
        var commands: [Generation: [String]] = [:]
        commands[.g1] = handoff.commandForG1
        commands[.g2] = handoff.commandForG2
        var datasets: [String: RunnerDataset] = [:]
        for dataset in pod.datasets {
            guard let file = dataset.csvFile else { continue }
            // Tasks name a dataset as the Hub lists it, where a name that is too long is cut.
            datasets[PodIdentifier.coercedName(dataset.name, owner: account.owner)] = RunnerDataset(
                file: file.path,
                document: try dataset.runnerDocument()
            )
        }
        return HandoffSettings(
            commands: commands,
            datasets: datasets,
            allowed: AllowedTasks(
                handoff.allowed.map { .init(protocolName: $0.protocolName, algorithms: Set($0.algorithms)) }
            ),
            allowUnconfined: Set(handoff.allowUnconfined),
            concurrentTasks: handoff.concurrentTasks,
            startTimeout: handoff.startTimeout,
            taskTime: handoff.taskTime,
            shutdownGrace: handoff.shutdownGrace,
            relaysProgress: handoff.progressMessages,
            messageBytes: handoff.messageBytes,
            taskBytes: handoff.taskBytes,
            messages: handoff.messages,
            mustNotRead: configuration.secretPaths(pod)
        )
    }
}

extension AgentConfiguration {
    /// What no runner may be able to read.
    fileprivate func secretPaths(_ pod: PodConfiguration) -> [String] {
        var paths = [stateDirectory.path, pod.keyFile.path]
        switch credentials?.source {
        case .apiKeyFiles(let id, let key): paths += [id.path, key.path]
        case .tokenFile(let file): paths.append(file.path)
        case .apiKey, nil: break
        }
        return paths
    }
}

extension DatasetConfiguration {
    /// The document of the frame `dataset`: an entry of a Bitfount pod file's `datasources`, and no schema, so that the runner
    /// makes its own (docs/runners.md, "Agent to runner").
    func runnerDocument() throws -> [UInt8] {
        var data: JSONObject = [:]
        if !ignoredColumns.isEmpty { data["ignore_cols"] = .array(ignoredColumns.map { .string($0) }) }
        var kinds = JSONObject()
        for (type, columns) in forcedSemanticTypes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            kinds[type.rawValue] = .array(columns.map { .string($0) })
        }
        // By the dataset's name, which both generations of the package understand.
        if !kinds.isEmpty { data["force_stypes"] = .object([name: .object(kinds)]) }
        data["datasource_args"] = .object(["path": .string(runnerPath)])
        let document: JSONValue = [
            "datasource": [
                "datasource": "CSVSource", "name": .string(name),
                "datasource_details_config": ["display_name": .string(displayName)], "data_config": .object(data),
            ],
            "schema": nil,
        ]
        return try document.serialized()
    }
}
