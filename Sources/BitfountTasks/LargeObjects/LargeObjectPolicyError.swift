// SPDX-License-Identifier: Apache-2.0

/// An entry of the configuration's list of storage hosts that can't be used.
public struct LargeObjectPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The entry.
    public let entry: String
    /// What is wrong with it.
    public let message: String

    /// The entry and what is wrong with it.
    public var description: String { "storage host \"\(entry)\": \(message)" }
}
