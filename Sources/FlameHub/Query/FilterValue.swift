// SPDX-License-Identifier: Apache-2.0

import Foundation
public import StrictJSON

/// A value that a field can be compared with.
public protocol FilterValue: Sendable {
    /// The value as JSON: a text, a number or a truth value.
    var filterValue: JSONValue { get }
}

extension String: FilterValue {
    /// The text.
    public var filterValue: JSONValue { .string(self) }
}

extension Bool: FilterValue {
    /// The truth value.
    public var filterValue: JSONValue { .bool(self) }
}

extension Int: FilterValue {
    /// The number.
    public var filterValue: JSONValue { .integer(Int64(self)) }
}

extension HubID: FilterValue {
    /// The id's text.
    public var filterValue: JSONValue { .string(text) }
}
