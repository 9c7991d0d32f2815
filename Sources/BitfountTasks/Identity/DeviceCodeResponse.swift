// SPDX-License-Identifier: Apache-2.0

public import MessagePack

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

    private static let maximumTextBytes = 8 << 10

    /// Reads an answer, which must have exactly the three keys.
    ///
    /// - Parameter body: The opened message.
    public init(body: MessagePackValue) throws(TaskFormatError) {
        var fields = try FieldReader(body, part: .message)
        deviceCode = try fields.text("device_code", maximumBytes: Self.maximumTextBytes)
        expiresAt = try fields.text("expires_at", maximumBytes: Self.maximumTextBytes)
        interval = try fields.required("interval", \.intValue)
        try fields.requireNoOtherKeys()
    }
}

extension DeviceCodeResponse: CustomStringConvertible {
    /// A constant: the code is secret.
    public var description: String { "DeviceCodeResponse(<redacted>)" }
}
