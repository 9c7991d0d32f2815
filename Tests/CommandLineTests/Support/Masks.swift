// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Replaces what differs from run to run by names, so that the rest can be compared.
struct Masks: Sendable {
    private var literals: [(text: String, name: String)]
    /// Whether hashes, keys, ids and clocks of an audit log are replaced, too.
    var hidesAuditValues = false

    /// - Parameter directory: the directory of the run.
    init(directory: URL) {
        literals = [(directory.path, "<directory>")]
    }

    /// Also replaces this very text.
    mutating func add(_ text: String, as name: String) {
        literals.append((text, name))
    }

    /// The text with all of it replaced.
    func apply(to text: String) -> String {
        var masked = text
        for (literal, name) in literals { masked.replace(literal, with: name) }
        masked.replace(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1:<port>")
        masked.replace(/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/, with: "<uuid>")
        masked.replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/, with: "<time>")
        masked.replace(/(AGE SECONDS +)[0-9]+/) { "\($0.1)<age>" }
        if hidesAuditValues { hideAuditValues(in: &masked) }
        return masked
    }

    private func hideAuditValues(in text: inout String) {
        text.replace(/(?m)^(— \S+) .+$/) { "\($0.1) <signature>" }
        text.replace(/\+[0-9a-f]{8}\+[A-Za-z0-9+\/]{44}/, with: "+<key-id>+<key>")
        text.replace(/("key_id":"|key_id +)[0-9a-f]{8,24}/) { "\($0.1)<key-id>" }
        text.replace(/\b[0-9a-f]{24}\b/.wordBoundaryKind(.simple), with: "<key-id>")
        // CSV puts an apostrophe before a hash that begins like a formula.
        text.replace(/'?[A-Za-z0-9+\/]{43}\\?=/, with: "<hash>")
        text.replace(/\b[0-9a-f]{64}\b/.wordBoundaryKind(.simple), with: "<sha256>")
        text.replace(/\b[0-9a-f]{32}\b/.wordBoundaryKind(.simple), with: "<boot>")
        text.replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/.wordBoundaryKind(.simple), with: "<ulid>")
        text.replace(/(mono_ns[\\": ]+)[0-9]+/) { "\($0.1)<clock>" }
        text.replace(/\b1[0-9]{12}\b/.wordBoundaryKind(.simple), with: "<milliseconds>")
        text.replace(/("ms":|ms\\":|am\.ms +|,(?:ACCEPT|NO_ACCESS),)[0-9]+/) { "\($0.1)<n>" }
        text.replace(/[0-9]{8}T[0-9]{9}Z/, with: "<time>")
        text.replace(/("bytes" : )[0-9]+|[0-9]+( bytes)/) { "\($0.1 ?? "")<n>\($0.2 ?? "")" }
        text.replace(/[0-9]+ entries, [0-9]+( of them unsigned)/) { "<n> entries, <n>\($0.1)" }
        text.replace(ProcessInfo.processInfo.hostName, with: "<host>")
    }
}
