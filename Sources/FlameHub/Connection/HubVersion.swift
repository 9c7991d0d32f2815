// SPDX-License-Identifier: Apache-2.0

/// A release of the Hub, such as 0.12.5. What follows the third number, such as `-beta.1`, is not compared.
public struct HubVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first number.
    public let major: Int
    /// The second number.
    public let minor: Int
    /// The third number.
    public let patch: Int

    /// A version of three numbers.
    public init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads a text such as `0.13.0`; `nil` if it does not begin with two or three numbers.
    public init?(_ text: String) {
        let core = text.drop { $0 == "v" }.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(numbers.count), let major = numbers[0], let minor = numbers[1],
            let patch = numbers.count == 3 ? numbers[2] : 0
        else { return nil }
        self.init(major, minor, patch)
    }

    /// The three numbers.
    public var description: String { "\(major).\(minor).\(patch)" }

    /// Orders versions by their numbers.
    public static func < (first: Self, second: Self) -> Bool {
        (first.major, first.minor, first.patch) < (second.major, second.minor, second.patch)
    }

    /// Core and Storage spell fields in camel case and wrap single records from here on.
    public static let camelCase = HubVersion(0, 13, 0)
    /// The second query library: `~` means *ends with* from here on, and the expression dialect exists.
    public static let secondQueryGrammar = HubVersion(0, 12, 5)
    /// Nodes have clients instead of robots, `executionStatus` replaces `runStatus`, and images are distributed in a step
    /// of its own.
    public static let clientsForNodes = HubVersion(0, 8, 22)
    /// The credentials of a node's or an analysis' client can be read and rotated.
    public static let clientCredentials = HubVersion(0, 11, 4)
    /// The credentials of a node's registry project can be read.
    public static let registryCredentials = HubVersion(0, 11, 5)
}
