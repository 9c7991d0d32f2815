// SPDX-License-Identifier: Apache-2.0

import Foundation
import Timekeeping

/// A checkpoint as anchors write it.
enum AnchorText {
    /// A line of JSON: what the checkpoint says for people, and the note itself as proof.
    static func json(_ checkpoint: SignedCheckpoint, at date: Date) -> [UInt8] {
        var line = JSONLine(reservingCapacity: 1_024)
        line.openObject()
        line.plain("at", ISO8601.text(milliseconds: ISO8601.milliseconds(of: date)))
        line.string("origin", checkpoint.checkpoint.origin)
        line.number("size", checkpoint.checkpoint.size)
        line.plain("root", checkpoint.checkpoint.root.base64)
        line.string("note", String(decoding: checkpoint.bytes, as: UTF8.self))
        line.closeObject()
        return line.bytes
    }

    /// A sentence for a log that people read.
    static func sentence(_ checkpoint: SignedCheckpoint) -> String {
        let body = checkpoint.checkpoint
        return "audit checkpoint of \(body.origin): \(body.size) entries, root \(body.root.base64)"
    }

    /// The signature's base64, with which the note can be put together again.
    static func signature(_ checkpoint: SignedCheckpoint) -> String {
        guard let signature = checkpoint.note.signatures.first else { return "" }
        return Data(signature.keyID.bytes + signature.bytes).base64EncodedString()
    }
}
