// SPDX-License-Identifier: Apache-2.0

public import BitfountTasks
public import MessagePack

/// What a modeller seals and sends.
extension AuthorizationCodeResponse {
    /// The message's content.
    public var body: MessagePackValue {
        ["auth_code": .string(code), "code_verifier": .string(codeVerifier), "redirect_uri": .string(redirectURI)]
    }
}

extension DeviceCodeResponse {
    /// The message's content.
    public var body: MessagePackValue {
        ["device_code": .string(deviceCode), "expires_at": .string(expiresAt), "interval": .int(interval)]
    }
}

extension SAMLResponse {
    /// The message's content.
    public var body: MessagePackValue {
        .map(MessagePackMap(form.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
