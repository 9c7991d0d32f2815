// SPDX-License-Identifier: Apache-2.0

public import Cryptography
public import MessagePack

/// Seals and opens the messages of one task with its session key (bitfount-protocol.md, 8.4).
///
/// Type, sender, recipient and task id of a message are outside the encryption. A message that opens shows only that its
/// sender knows the key of the task.
public struct TaskMessageCipher: Sendable {
    /// How the modeller of the task packs values.
    public let generation: Generation
    private let key: SessionKey

    /// A cipher for one task.
    public init(key: SessionKey, generation: Generation) {
        self.key = key
        self.generation = generation
    }

    /// Packs and encrypts a value. Sealing it again gives other bytes.
    public func seal(_ value: MessagePackValue) throws(TaskFormatError) -> [UInt8] {
        let packed = try generation.pack(value)
        do {
            return try key.seal(packed)
        } catch {
            throw TaskFormatError(.notPackable, in: .message, underlying: error)
        }
    }

    /// Decrypts and unpacks a body.
    ///
    /// - Throws: ``TaskFormatError`` for a body that was not sealed with this key, was changed, or does not hold one value
    ///   of this generation within the limits.
    public func open(
        _ body: [UInt8],
        limits: PackingLimits = .taskMessage
    ) throws(TaskFormatError) -> MessagePackValue {
        guard body.count <= limits.maximumPackedBytes else { throw TaskFormatError(.tooLarge, in: .message) }
        let packed: [UInt8]
        do {
            packed = try key.open(body)
        } catch {
            throw TaskFormatError(.undecryptable, in: .message, underlying: error)
        }
        return try generation.unpack(packed, limits: limits, part: .message)
    }
}
