/// The limits of an identity exchange: what is believed of a modeller's answer, and how often the agent asks.
public struct IdentityLimits: Sendable, Hashable {
    /// The greatest length of one text of an OIDC answer. Default: 4 KiB.
    public var maximumFieldBytes: Int
    /// The greatest number of fields of a SAML form. Default: 16.
    public var maximumFormFields: Int
    /// The greatest length of one field of a SAML form. Default: 256 KiB.
    public var maximumFormFieldBytes: Int
    /// The shortest pause between two polls for a device code, whatever the modeller asks for. Default: 1 s.
    public var minimumPollInterval: Duration
    /// The longest pause between two polls, whatever the modeller asks for. Default: 30 s.
    public var maximumPollInterval: Duration

    /// Limits, each with its default.
    public init(
        maximumFieldBytes: Int = 4 << 10,
        maximumFormFields: Int = 16,
        maximumFormFieldBytes: Int = 256 << 10,
        minimumPollInterval: Duration = .seconds(1),
        maximumPollInterval: Duration = .seconds(30)
    ) {
        self.maximumFieldBytes = maximumFieldBytes
        self.maximumFormFields = maximumFormFields
        self.maximumFormFieldBytes = maximumFormFieldBytes
        self.minimumPollInterval = minimumPollInterval
        self.maximumPollInterval = maximumPollInterval
    }
}
