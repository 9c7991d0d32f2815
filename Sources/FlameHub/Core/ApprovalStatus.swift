// SPDX-License-Identifier: Apache-2.0

/// A data owner's decision. None at all means that it is open.
public struct ApprovalStatus: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The data owner agrees.
    public static let approved = ApprovalStatus(rawValue: "approved")
    /// The data owner refuses.
    public static let rejected = ApprovalStatus(rawValue: "rejected")
    /// All of them.
    public static let known: [Self] = [.approved, .rejected]
}
