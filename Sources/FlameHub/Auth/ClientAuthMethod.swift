// SPDX-License-Identifier: Apache-2.0

/// How a client proves who it is.
public struct ClientAuthMethod: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Not at all.
    public static let none = ClientAuthMethod(rawValue: "none")
    /// With its secret.
    public static let secret = ClientAuthMethod(rawValue: "secret")
    /// With a certificate.
    public static let tls = ClientAuthMethod(rawValue: "tls")
    /// All of them.
    public static let known: [Self] = [.none, .secret, .tls]
}
