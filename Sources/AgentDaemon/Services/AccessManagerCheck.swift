// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import Health
import Logging
import Timekeeping

/// Asks the Access Manager now and then for something that it gives only to those whose credentials it takes.
///
/// It gets the whole of an API key, the Hub and the message service only a part (bitfount-protocol.md, 2.2). So these can be well
/// while every task would be rejected, which nobody would notice before the first one.
struct AccessManagerCheck: Sendable {
    /// How often it is asked while it is well.
    static let interval: Duration = .seconds(300)
    /// The pauses while it is not.
    static let backoff = Backoff(first: .seconds(5), cap: .seconds(60))

    let accessManager: AccessManagerClient
    let health: AgentHealth
    var clock: any Clock<Duration> = .continuous
    var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    let logger: Logger

    /// Asks until the surrounding task is cancelled.
    func run() async {
        var delays = RetryDelays(Self.backoff, random: random)
        while !Task.isCancelled {
            let isWell = await ask()
            if isWell { delays = RetryDelays(Self.backoff, random: random) }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: isWell ? Self.interval * (0.9 + 0.2 * random()) : delays.next())
        }
    }

    /// The beginning of a SAML exchange needs the credentials, and leaves nothing behind (bitfount-protocol.md, 4.1).
    private func ask() async -> Bool {
        do {
            _ = try await accessManager.samlChallenge()
        } catch {
            switch error.code {
            case .cancelled:
                return true
            case .notFound, .unexpectedStatus, .malformedResponse, .refused:
                // It answers whom it knows, though it may not offer SAML any more.
                break
            case .unauthorized, .forbidden:
                return failed("the Access Manager refuses the credentials, so every task is rejected: \(error)")
            default:
                return failed("the Access Manager can't be asked: \(error)")
            }
        }
        health.succeeded(.accessManager)
        return true
    }

    private func failed(_ problem: String) -> Bool {
        logger.warning("\(problem)")
        health.failed(.accessManager, problem)
        return false
    }
}
