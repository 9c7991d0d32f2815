import Cryptography
import MessagePack

/// The question whether the modeller is still there (bitfount-protocol.md, 10.1).
///
/// It goes out sealed as an ``MessageType/onlineCheck``; a modeller returns the sealed bytes as they are.
public struct OnlineCheck: Sendable, Hashable {
    /// 32 hexadecimal digits.
    public let id: String

    /// A question with an id of its own.
    ///
    /// - Parameter randomBytes: 16 random bytes.
    public init(randomBytes: [UInt8]) {
        id = Hex.encode(randomBytes)
    }

    /// What to seal and send.
    public var body: MessagePackValue {
        .string(id)
    }

    /// Whether the content of an ``MessageType/onlineResponse``, opened with the task's key, answers this question. Very
    /// old modellers answer nil.
    public func isAnswered(by content: MessagePackValue) -> Bool {
        content == body || content.isNull
    }
}
