import Foundation
import MessagePack

/// A modeller's answer to an OIDC challenge by device code (protocol reference, section 9.7).
///
/// Both times are the modeller's choice, so they only ever shorten what the agent would do anyway.
struct DeviceCodeAnswer: Sendable {
    let deviceCode: String
    /// When the code expires, by the modeller's word.
    let expiresAt: Date
    /// The pause between two polls, within the agent's own bounds.
    let interval: Duration

    /// Reads an answer: exactly three keys within `limits`; `nil` otherwise.
    init?(_ value: MessagePackValue, limits: IdentityLimits) {
        guard let fields = IdentityAnswerFields(value, keys: ["device_code", "expires_at", "interval"]),
            let deviceCode = fields.text("device_code", limits),
            let expiry = fields.text("expires_at", limits), let expiresAt = ISO8601Timestamp.parse(expiry),
            let seconds = fields.integer("interval")
        else { return nil }
        self.deviceCode = deviceCode
        self.expiresAt = expiresAt
        // Clamped as a number first: a duration of any Int64 of seconds need not be safe to compare.
        let bounds = limits.minimumPollInterval...limits.maximumPollInterval
        self.interval = min(max(.seconds(min(max(seconds, 0), 3_600)), bounds.lowerBound), bounds.upperBound)
    }
}
