// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What a service said about itself when it was first asked: enough to speak its dialect.
public struct ServerProfile: Sendable, Equatable {
    /// The Hub's release. `nil` for Auth, which does not tell, and for a release that can't be read, which is then
    /// treated like the newest.
    public let version: HubVersion?
    /// How it spells field names.
    public let naming: FieldNaming
    /// How far its clock is ahead of ours, in seconds; for rules about age only, never for watermarks.
    public let clockOffset: TimeInterval?

    /// The number of Authup's beta, of Auth only; `nil` if it does not tell.
    public let authupBeta: Int?

    /// A profile of these facts.
    public init(
        version: HubVersion?,
        naming: FieldNaming,
        clockOffset: TimeInterval? = nil,
        authupBeta: Int? = nil
    ) {
        self.version = version
        self.naming = naming
        self.clockOffset = clockOffset
        self.authupBeta = authupBeta
    }

    /// What the service can do.
    var features: HubFeatures {
        if let authupBeta {
            return HubFeatures(generation: authupBeta < 40 ? .first : authupBeta < 62 ? .second : .third)
        }
        if let version {
            return HubFeatures(
                generation: version < .init(0, 9, 0) ? .first : version < .camelCase ? .second : .third
            )
        }
        return HubFeatures(generation: naming == .snakeCase ? .first : .third, isKnown: false)
    }

    /// Whether the service has what came with a release.
    func isAtLeast(_ release: HubVersion) -> Bool {
        version.map { $0 >= release } ?? (naming == .camelCase)
    }
}
