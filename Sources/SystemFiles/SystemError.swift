// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the operating system says about a failed call.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The value of `errno`.
    public let number: Int32

    /// The meaning of a value of `errno`.
    public init(number: Int32) {
        self.number = number
    }

    /// The reason of the last failed call of this thread.
    public static var last: SystemError { SystemError(number: errno) }

    /// The operating system's words for the reason.
    public var description: String {
        var text = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &text, text.count) == 0 else { return "errno \(number)" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
