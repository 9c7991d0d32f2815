// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A device login that waits for its user.
public struct DeviceAuthorization: Sendable, Decodable {
    /// What the program polls with.
    public let deviceCode: Secret
    /// What the user compares or types.
    public let userCode: String
    /// Where the user goes; the code is in it if the tenant offers that.
    public let verificationURL: String
    /// How long the codes live. 15 minutes if the tenant does not say.
    public let expiresIn: Duration
    /// The pause between polls that the tenant asks for. 5 s if it does not say (RFC 8628).
    public let interval: Duration

    private enum CodingKeys: String, CodingKey {
        case deviceCode = "device_code"
        case userCode = "user_code"
        case verificationURI = "verification_uri"
        case verificationURIComplete = "verification_uri_complete"
        case expiresIn = "expires_in"
        case interval
    }

    /// Reads a device authorization response; unknown fields are ignored.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        deviceCode = Secret(try container.decode(String.self, forKey: .deviceCode))
        userCode = try container.decode(String.self, forKey: .userCode)
        verificationURL =
            try container.decodeIfPresent(String.self, forKey: .verificationURIComplete)
            ?? container.decode(String.self, forKey: .verificationURI)
        expiresIn = .seconds(Self.seconds(container.lenientNumber(forKey: .expiresIn) ?? 900))
        interval = .seconds(Self.seconds(container.lenientNumber(forKey: .interval) ?? 5))
    }

    /// Keeps absurd numbers from overflowing a duration; a day is far above any real code's life.
    private static func seconds(_ number: Double) -> Double {
        min(max(number, 0), 86_400)
    }
}
