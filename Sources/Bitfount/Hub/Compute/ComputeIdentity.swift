// SPDX-License-Identifier: Apache-2.0

/// How the Hub calls an installation that runs tasks (bitfount-protocol.md, 11.5).
public struct ComputeIdentity: Sendable, Equatable, Decodable {
    /// The Hub's id of the installation.
    public let id: String
    /// The name under which it can be reached.
    public let domain: String

    private enum CodingKeys: String, CodingKey {
        case id = "computeId"
        case domain
    }
}

/// How a certificate for an installation's name is getting on (bitfount-protocol.md, 11.5).
public struct ComputeCertificate: Sendable, Decodable {
    /// How it is getting on. States that this version does not know are kept.
    public struct Status: RawRepresentable, Sendable, Hashable, Decodable {
        /// The name on the wire.
        public let rawValue: String

        /// Keeps a name as it is.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The certificate is there.
        public static let issued = Status(rawValue: "issued")
        /// None was asked for.
        public static let none = Status(rawValue: "none")
        /// It has been revoked.
        public static let revoked = Status(rawValue: "revoked")
        /// The request has been cancelled.
        public static let cancelled = Status(rawValue: "cancelled")
        /// It has expired.
        public static let expired = Status(rawValue: "expired")
    }

    /// The name that it is for.
    public let domain: String?
    /// How it is getting on.
    public let status: Status
    /// The certificate, once it is issued.
    public let certificatePEM: String?
    /// The certificates above it.
    public let caBundlePEM: String?
    /// When it expires, in ISO 8601.
    public let expires: String?

    private enum CodingKeys: String, CodingKey {
        case domain, status, expires
        case certificatePEM = "certificatePem"
        case caBundlePEM = "caBundlePem"
    }

    /// Whether a new certificate may be asked for.
    public var allowsNewRequest: Bool {
        [.none, .revoked, .cancelled, .expired].contains(status)
    }
}
