// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Foreign text reaches people through one function.
@Suite struct OutputTests {
    /// Where the command line prints, and what makes text printable there.
    private static let doors = [
        "Sources/pod-agent/Output/StandardOutput.swift", "Sources/pod-agent/Output/StandardError.swift",
        "Sources/AgentDaemon/Logging/LogOutput.swift",
    ]

    @Test func nothingOfTheProductPrintsPastIt() throws {
        let past =
            #/(^|[^\w.])(print|debugPrint|dump|puts|fputs|NSLog)\(|\.standard(Output|Error)\b|STD(OUT|ERR)_FILENO\s*,/#
        var found: [String] = []
        for (path, text) in try Repository.texts(in: ["Sources"]) where !Self.doors.contains(path) {
            for line in text.split(separator: "\n") where line.firstMatch(of: past) != nil {
                found.append("\(path): \(line)")
            }
        }
        #expect(found == [])
    }
}
