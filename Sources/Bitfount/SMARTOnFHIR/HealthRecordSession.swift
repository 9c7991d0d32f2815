// SPDX-License-Identifier: Apache-2.0

/// An access token for a system of health records, and where in that system its user works.
public struct HealthRecordSession: Sendable, Decodable {
    /// Where the user works, as NextGen's systems name it.
    public struct NextGenContext: Sendable, Equatable, Decodable {
        /// The enterprise.
        public let enterpriseId: String?
        /// The practice.
        public let practiceId: String?
        /// The location.
        public let locationId: String?
        /// The provider.
        public let providerId: String?
    }

    /// The access token.
    public let accessToken: Secret
    /// The kind of session; the SDK knows `confidentialClient`.
    public let type: String?
    /// Where the user works; nil for systems other than NextGen's.
    public let nextGen: NextGenContext?

    private enum CodingKeys: String, CodingKey {
        case accessToken, type, context
    }

    /// Reads a session; unknown fields are ignored.
    public init(from decoder: any Decoder) throws {
        struct Context: Decodable { let nextgen: NextGenContext? }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        accessToken = try container.decode(Secret.self, forKey: .accessToken)
        type = try container.decodeIfPresent(String.self, forKey: .type)
        nextGen = try container.decodeIfPresent(Context.self, forKey: .context)?.nextgen
    }
}
