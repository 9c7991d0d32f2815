// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import Foundation
import HTTPTestSupport
import Synchronization
import TestSupport

/// Hub, Access Manager and storage of one recorded call: every request gets the status that was answered then.
final class RecordedBackend: Sendable {
    struct Arrival: Sendable {
        let service: String
        let request: ReceivedRequest
    }

    private let servers: [String: LoopbackServer]
    private let log: Log

    init(_ call: RecordedCall) throws {
        let log = Log()
        let answers = RecordedAnswers(call)
        var servers: [String: LoopbackServer] = [:]
        // The storage first: the answers of the others lead there.
        for service in ["s3", "hub", "am"] {
            let storage = try servers["s3"]?.url("") ?? URL(fileURLWithPath: "/")
            servers[service] = try LoopbackServer { connection in
                while let request = try connection.readRequest() {
                    let number = log.append(Arrival(service: service, request: request))
                    guard let answer = answers.answer(number, request, storage: storage.absoluteString) else { return }
                    try connection.send(answer)
                }
            }
        }
        self.servers = servers
        self.log = log
    }

    func environment() throws -> BitfountEnvironment {
        try .test(hub: servers["hub"], accessManager: servers["am"])
    }

    /// The requests that came, in order.
    var received: [Arrival] { log.arrivals.withLock { $0 } }

    func stop() { servers.values.forEach { $0.stop() } }

    final class Log: Sendable {
        let arrivals = Mutex<[Arrival]>([])

        func append(_ arrival: Arrival) -> Int {
            arrivals.withLock {
                $0.append(arrival)
                return $0.count - 1
            }
        }
    }
}
