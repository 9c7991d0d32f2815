// SPDX-License-Identifier: Apache-2.0

import Foundation
import PrintableText

/// A command's result.
///
/// Strangers chose some of the texts in it: senders, Hubs, whoever made a database that an auditor looks at. Nothing is
/// printed but through here, so that none of them can steer a terminal, or forge a line.
enum StandardOutput {
    private static let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Prints one line for people.
    static func write(_ line: String = "") {
        print(line.printable())
    }

    /// Prints a part of a JSON document.
    static func write(json document: String, terminator: String = "\n") {
        print(document.printableJSON(), terminator: terminator)
    }

    /// Prints a line that a program may want byte for byte, such as one whose hash is proved: a terminal gets it as JSON in
    /// which nothing is left that could steer it.
    static func write(stored line: String) {
        print(isTerminal ? line.printableJSON() : line)
    }

    /// Prints whole lines that a program may want byte for byte, such as a proof; a terminal gets what could steer it as
    /// escapes.
    static func write(stored lines: Data) throws {
        let shown = isTerminal ? Data(String(decoding: lines, as: UTF8.self).printableJSON().utf8) : lines
        try FileHandle.standardOutput.write(contentsOf: shown)
    }
}
