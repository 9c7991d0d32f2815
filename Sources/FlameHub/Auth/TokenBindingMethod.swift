// SPDX-License-Identifier: Apache-2.0

/// What a client's tokens are bound to.
public struct TokenBindingMethod: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Nothing.
    public static let none = TokenBindingMethod(rawValue: "none")
    /// A certificate.
    public static let tls = TokenBindingMethod(rawValue: "tls")
    /// All of them.
    public static let known: [Self] = [.none, .tls]
}
