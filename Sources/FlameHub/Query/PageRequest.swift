// SPDX-License-Identifier: Apache-2.0

/// Which part of a list to fetch.
public struct PageRequest: Sendable, Equatable {
    /// The Hub never gives more rows than this at once, and cuts a larger limit without saying so in its status
    /// (flame-hub.md, 3.3).
    public static let maximumLimit = 50

    /// How many rows at most, 1 to ``maximumLimit``; anything else is refused when the query is sent.
    public let limit: Int
    /// How many rows to skip.
    public let offset: Int

    /// The rows from `offset` on, at most `limit` of them.
    public init(limit: Int = maximumLimit, offset: Int = 0) {
        self.limit = limit
        self.offset = offset
    }

    func check() throws(QueryFault) {
        guard 1...Self.maximumLimit ~= limit else {
            throw .invalid("A page has 1 to \(Self.maximumLimit) rows, not \(limit).")
        }
        guard offset >= 0 else { throw .invalid("The offset can't be negative.") }
    }
}

/// A field that the Hub sends only when it is asked for.
public struct ExtraField<Record: HubRecord>: Sendable, Equatable {
    /// The name of the field in its newest spelling.
    public let name: String

    /// The field of this name.
    public init(_ name: String) {
        self.name = name
    }
}
