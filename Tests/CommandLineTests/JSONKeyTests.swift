// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Our own JSON has keys in snake case, whatever command prints it.
@Suite struct JSONKeyTests {
    @Test func keysAreInSnakeCase() throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: Bundle.module.bundleURL.appending(path: "Golden"),
            includingPropertiesForKeys: nil
        )
        // What prints records of somebody else, with the keys that these have; and what is called alike and is ours.
        let foreign = #/flame [a-z-]+ (get|list|find|create|update)|hub datasets configuration|hub pods schema/#
        let own = #/flame (approvals|consent|analyses) list|flame analysis(-node)?-logs list/#
        var count = 0
        for file in files {
            for transcript in try String(contentsOf: file, encoding: .utf8).split(separator: "\n$ ") {
                let command = transcript.prefix { $0 != "\n" }
                guard command.contains("--output json") else { continue }
                if command.contains(foreign), !command.contains(own) { continue }
                for match in transcript.matches(of: #/"([^" ]+)" : /#) {
                    count += 1
                    #expect(!match.1.contains(/[A-Z]/), "\(match.1) in \(file.lastPathComponent): \(command)")
                }
            }
        }
        #expect(count > 100)
    }
}
