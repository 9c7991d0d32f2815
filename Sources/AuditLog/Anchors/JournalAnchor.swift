// SPDX-License-Identifier: Apache-2.0

import Foundation
import Offloading

/// Writes each checkpoint into systemd's journal, with its parts as fields of their own: `journalctl
/// MESSAGE_ID=6c1f0d6c4d0f4b63a7a3d2b8f4c5e911 -o json`.
public struct JournalAnchor: CheckpointAnchor {
    /// `journald`.
    public let name = "journald"
    private let socketPath: String
    private let queue = WorkQueue(label: "pod-agent.audit.anchor.journal")

    /// An anchor in the journal.
    ///
    /// - Parameter socketPath: Where the journal listens; systemd's own place unless given.
    public init(socketPath: String = "/run/systemd/journal/socket") {
        self.socketPath = socketPath
    }

    /// Hands one message to the journal.
    public func publish(_ checkpoint: SignedCheckpoint) async throws {
        let body = checkpoint.checkpoint
        // None of the values has a line end, so the protocol's simple form is enough.
        let fields = [
            ("MESSAGE", AnchorText.sentence(checkpoint)), ("MESSAGE_ID", "6c1f0d6c4d0f4b63a7a3d2b8f4c5e911"),
            ("PRIORITY", "5"), ("SYSLOG_FACILITY", "13"), ("SYSLOG_IDENTIFIER", "pod-agent"),
            ("POD_AGENT_ORIGIN", body.origin), ("POD_AGENT_SIZE", "\(body.size)"),
            ("POD_AGENT_ROOT", body.root.base64), ("POD_AGENT_SIGNATURE", AnchorText.signature(checkpoint)),
        ]
        let datagram = Array(fields.map { "\($0)=\($1)\n" }.joined().utf8)
        try await queue.run { [socketPath] () throws(AnchorError) in
            try DatagramSocket.send(datagram, toUnixSocket: socketPath)
        }
    }
}
