// SPDX-License-Identifier: Apache-2.0

import PrintableText

/// Something that verification found wrong.
public struct VerificationFinding: Sendable, Hashable, CustomStringConvertible {
    /// A part of the state; each feature names its own.
    public struct Part: RawRepresentable, Sendable, Hashable {
        /// The part's word, as reports show it.
        public let rawValue: String

        /// Names a part.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The tables, triggers and indexes themselves.
        public static let schema = Part(rawValue: "schema")
    }

    /// The part of the state that it concerns.
    public let part: Part
    /// Where in that part, if it can be said.
    public let position: Int64?
    /// What is wrong, in one sentence.
    public let message: String

    package init(_ part: Part, _ position: Int64? = nil, _ message: String) {
        self.part = part
        self.position = position
        self.message = message
    }

    /// Part, position and message.
    public var description: String { "\(part.rawValue)\(position.map { " \($0)" } ?? ""): \(message)" }
}

/// Collects findings, up to a limit.
package struct FindingList: Sendable {
    /// The findings, in the order in which they were made.
    package private(set) var findings: [VerificationFinding] = []
    /// How many there were, also those that are not kept.
    package private(set) var count = 0
    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    package mutating func add(_ part: VerificationFinding.Part, _ position: Int64? = nil, _ message: String) {
        count += 1
        if findings.count < limit { findings.append(VerificationFinding(part, position, message)) }
    }

    /// A name as a message can hold it: whoever changed a row can have put anything into it.
    package static func quotable(_ name: String) -> String { name.printable(limit: 100) }
}
