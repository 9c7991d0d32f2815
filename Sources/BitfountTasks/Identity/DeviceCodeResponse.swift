import MessagePack

/// The modeller's answer to a challenge by device code: ``MessageType/oidcDeviceCodeResponse``
/// (bitfount-protocol.md, 9.7).
///
/// The times are the modeller's choice and bind nobody: they are to be clamped before use.
public struct DeviceCodeResponse: Sendable, Hashable {
    /// The code to poll with; not for logs.
    public var deviceCode: String
    /// When the code expires: ISO 8601 with an offset.
    public var expiresAt: String
    /// How many seconds to wait between two polls.
    public var interval: Int64

    /// Makes an answer, on the modeller's side.
    public init(deviceCode: String, expiresAt: String, interval: Int64) {
        self.deviceCode = deviceCode
        self.expiresAt = expiresAt
        self.interval = interval
    }

    /// Reads an answer, which must have exactly the three keys.
    ///
    /// - Parameters:
    ///   - body: The opened message.
    ///   - maximumTextBytes: The longest text; 8 KiB unless told otherwise.
    public init(body: MessagePackValue, maximumTextBytes: Int = 8 << 10) throws(TaskFormatError) {
        var fields = try FieldReader(body, part: .message)
        deviceCode = try fields.text("device_code", maximumBytes: maximumTextBytes)
        expiresAt = try fields.text("expires_at", maximumBytes: maximumTextBytes)
        interval = try fields.required("interval", \.intValue)
        try fields.requireNoOtherKeys()
    }

    /// What to seal and send.
    public var body: MessagePackValue {
        ["device_code": .string(deviceCode), "expires_at": .string(expiresAt), "interval": .int(interval)]
    }
}

extension DeviceCodeResponse: CustomStringConvertible {
    /// A constant: the code is secret.
    public var description: String { "DeviceCodeResponse(<redacted>)" }
}
