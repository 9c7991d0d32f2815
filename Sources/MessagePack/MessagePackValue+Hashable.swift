// SPDX-License-Identifier: Apache-2.0

extension MessagePackValue: Hashable {
    /// Whether both have the same type and content; texts by their UTF-8 bytes.
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.uint(let left), .uint(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.string(let left), .string(let right)): ExactText(left) == ExactText(right)
        case (.binary(let left), .binary(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        case (.ext(let leftType, let left), .ext(let rightType, let right)): leftType == rightType && left == right
        default: false
        }
    }

    /// Feeds type and content to the hasher.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null:
            hasher.combine(0)
        case .bool(let value):
            hasher.combine(1)
            hasher.combine(value)
        case .int(let value):
            hasher.combine(2)
            hasher.combine(value)
        case .uint(let value):
            hasher.combine(3)
            hasher.combine(value)
        case .double(let value):
            hasher.combine(4)
            hasher.combine(value)
        case .string(let value):
            hasher.combine(5)
            hasher.combine(ExactText(value))
        case .binary(let value):
            hasher.combine(6)
            hasher.combine(value)
        case .array(let value):
            hasher.combine(7)
            hasher.combine(value)
        case .map(let value):
            hasher.combine(8)
            hasher.combine(value)
        case .ext(let type, let value):
            hasher.combine(9)
            hasher.combine(type)
            hasher.combine(value)
        }
    }
}
