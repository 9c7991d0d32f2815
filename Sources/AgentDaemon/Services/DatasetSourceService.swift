// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Offloading
import ServiceLifecycle
import Synchronization

/// Looks every minute whether the files of each dataset are there and can be read.
///
/// Heartbeats and the status show what was seen last, and never wait for it. A file system that does not answer holds one of
/// a few threads: its datasets count as unknown, and are not looked at again before it answers.
final class DatasetSourceService: Service {
    /// How often it looks.
    static let interval: Duration = .seconds(60)
    /// How long a file system may take to answer.
    static let patience: Duration = .seconds(20)
    /// Datasets looked at side by side.
    static let concurrentChecks = 4

    /// The files of one dataset.
    struct Dataset: Sendable {
        let identifier: String
        let files: [URL]
    }

    private let datasets: [Dataset]
    private let states: DatasetStates
    private let metrics: AgentMetrics
    private let check: @Sendable ([URL]) -> DatasetSource
    private let clock: any Clock<Duration>
    private let logger: Logger
    /// Threads of its own: a check may hang for as long as a network share is away.
    private let threads = WorkQueue(label: "pod-agent.dataset-sources", width: concurrentChecks)
    /// The datasets whose check has not ended.
    private let unfinished = Mutex<Set<String>>([])

    init(
        datasets: [Dataset],
        states: DatasetStates,
        metrics: AgentMetrics,
        check: @escaping @Sendable ([URL]) -> DatasetSource = { DatasetSource(reading: $0) },
        clock: any Clock<Duration> = .continuous,
        logger: Logger
    ) {
        self.datasets = datasets
        self.states = states
        self.metrics = metrics
        self.check = check
        self.clock = clock
        self.logger = logger
    }

    /// Looks until the agent stops.
    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                // Cancelled means over: the loop's condition sees it.
                try? await self.clock.sleep(for: Self.interval)
            }
        }
    }

    /// Looks at every dataset once, but no longer than ``patience``.
    func look() async {
        let (ends, end) = AsyncStream<Void>.makeStream()
        let due = datasets.filter { dataset in unfinished.withLock { $0.insert(dataset.identifier).inserted } }
        for dataset in due {
            // Unstructured, because a check may outlive the look that asked for it.
            Task {
                let source = await self.threads.run { self.check(dataset.files) }
                self.unfinished.withLock { unfinished in
                    unfinished.remove(dataset.identifier)
                    self.note(source, of: dataset.identifier)
                }
                end.yield()
            }
        }
        await withTaskGroup { group in
            group.addTask {
                var waiting = due.count
                var ends = ends.makeAsyncIterator()
                while waiting > 0, await ends.next() != nil { waiting -= 1 }
            }
            group.addTask { try? await self.clock.sleep(for: Self.patience) }
            await group.next()
            group.cancelAll()
        }
        // Stopping is nothing that the file system did.
        guard !Task.isCancelled else { return }
        unfinished.withLock { unfinished in
            for identifier in unfinished { note(DatasetSource(.checkTimeout), of: identifier) }
        }
        metrics.show(datasets.map { states.source(of: $0.identifier) })
    }

    private func note(_ source: DatasetSource, of identifier: String) {
        let before = states.source(of: identifier)
        states.looked(identifier, source)
        guard source != before else { return }
        if let fault = source.fault {
            logger.warning("\(fault.explanation)", metadata: ["dataset": "\(identifier)"])
        } else if before != .pending {
            logger.notice("the files of a dataset can be read again", metadata: ["dataset": "\(identifier)"])
        }
    }
}
