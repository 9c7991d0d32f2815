// SPDX-License-Identifier: Apache-2.0

public import MessagePack
import Zstandard

extension Generation {
    /// The generation that bytes are packed in (bitfount-protocol.md, 8.8).
    ///
    /// There is no ambiguity: the byte that starts a Zstandard frame would be a whole MessagePack value of its own.
    public init(of packed: [UInt8]) {
        self = Zstandard.hasFrameMagic(packed) ? .g2 : .g1
    }

    /// Packs a value as peers of this generation do.
    public func pack(_ value: MessagePackValue) throws(TaskFormatError) -> [UInt8] {
        let encoded = MessagePackEncoder.encode(value)
        switch self {
        case .g1:
            return encoded
        case .g2:
            do {
                return try Zstandard.compress(encoded)
            } catch {
                throw TaskFormatError(.notPackable, in: .message, underlying: error)
            }
        }
    }

    /// Unpacks foreign bytes.
    ///
    /// - Parameters:
    ///   - packed: Exactly one packed value.
    ///   - limits: What it may cost.
    ///   - part: What it is a part of, for the error.
    /// - Throws: ``TaskFormatError`` when the bytes are of the other generation, over a limit or malformed.
    public func unpack(
        _ packed: [UInt8],
        limits: PackingLimits,
        part: TaskFormatError.Part
    ) throws(TaskFormatError) -> MessagePackValue {
        guard packed.count <= limits.maximumPackedBytes else { throw TaskFormatError(.tooLarge, in: part) }
        guard Generation(of: packed) == self else { throw TaskFormatError(.mixedGenerations, in: part) }
        let encoded: [UInt8]
        switch self {
        case .g1:
            encoded = packed
        case .g2:
            do {
                encoded = try Zstandard.decompress(packed, maximumBytes: limits.maximumUnpackedBytes)
            } catch {
                throw TaskFormatError(.notUnpackable, in: part, underlying: error)
            }
        }
        do {
            return try MessagePackDecoder.decode(encoded, limits: limits.messagePack)
        } catch {
            throw TaskFormatError(.notUnpackable, in: part, underlying: error)
        }
    }
}
