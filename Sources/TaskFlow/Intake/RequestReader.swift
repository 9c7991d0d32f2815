// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Logging
import StateStore

/// Reads what shows of a request without the pod's key, within the memory that requests may take.
struct RequestReader: Sendable {
    let bodies: RequestBodyFetcher
    let intake: TaskIntake
    let store: TaskStore
    let retries: StoreRetries
    let pod: @Sendable () async -> PodContext
    let logger: Logger

    /// What shows, and the memory that was claimed for it.
    enum Reading {
        case request(SealedRequest, ByteClaim, bytes: Int)
        case malformed(MalformedTask)
    }

    /// Reads a request, within the memory that requests may take.
    ///
    /// - Parameter reason: Why what isn't at hand must not be read, if it must not; after its deadline none is.
    func read(
        _ task: ReceivedTask,
        unfetched reason: DecisionReason? = nil
    ) async throws(StoreError) -> Reading {
        let timeLeft = task.timeLeft()
        let reason = reason ?? (timeLeft > .zero ? nil : .deadline)
        if let reason, task.storedBytes != nil || bodies.isElsewhere(task.message.body) {
            return .malformed(intake.withoutBody(task.message, because: reason))
        }
        if let bytes = task.storedBytes { return try await readStored(task, bytes) }
        let body: RequestBodyFetcher.Body
        do throws(RequestBodyFetcher.Failure) {
            body = try await bodies.load(task.message.body, within: timeLeft)
        } catch {
            guard !Task.isCancelled else { throw StoreError(.cancelled, "The agent is stopping.") }
            logger.warning(
                "a task's content can't be fetched: \(error)",
                metadata: ["task": "\(task.message.taskID ?? "")"]
            )
            return .malformed(intake.withoutBody(task.message))
        }
        return await open(task.message, body.bytes, body.claim)
    }

    /// Reads a request that is too long to be held in memory while it waits.
    private func readStored(_ task: ReceivedTask, _ bytes: Int) async throws(StoreError) -> Reading {
        guard let claim = await bodies.memory.claim(bytes) else {
            throw StoreError(.cancelled, "The agent is stopping.")
        }
        let stored = try await retries.untilStored(task.message.taskID) { () async throws(StoreError) in
            try await store.message(task.id)
        }
        let message: IncomingMessage
        do {
            message = try stored.incomingMessage()
        } catch {
            logger.error("a kept task can't be read: \(error)", metadata: ["message": "\(task.id)"])
            return .malformed(intake.withoutBody(task.message, because: .damagedRecord))
        }
        return await open(message, message.body, claim)
    }

    private func open(_ message: IncomingMessage, _ body: [UInt8], _ claim: ByteClaim) async -> Reading {
        do throws(MalformedTask) {
            return .request(try intake.open(message, body: body, pod: await pod()), claim, bytes: body.count)
        } catch {
            return .malformed(error)
        }
    }
}
