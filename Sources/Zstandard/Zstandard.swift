// SPDX-License-Identifier: Apache-2.0

import CZstd

/// Zstandard frames in one piece, as the second generation of SDKs sends its messages (bitfount-protocol.md, 8.7).
public enum Zstandard {
    /// The level that the SDKs use.
    public static let defaultLevel: Int32 = 3

    /// The first bytes of every frame.
    static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// A block of a frame takes four bytes or more and holds at most 128 KiB: no frame can keep a larger promise.
    private static let smallestBlock = 4
    private static let largestBlockContent = 128 * 1024

    /// Whether the bytes start a frame. MessagePack maps never do (bitfount-protocol.md, 8.8).
    public static func hasFrameMagic(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: magic)
    }

    /// One frame that declares the length of its content, without checksum or dictionary.
    ///
    /// - Parameter level: 1 to 22; out of range it is brought into it.
    public static func compress(
        _ content: [UInt8],
        level: Int32 = defaultLevel
    ) throws(ZstandardError) -> [UInt8] {
        var produced = 0
        let frame = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(content.count)) { output, count in
            produced = content.withUnsafeBytes {
                ZSTD_compress(output.baseAddress, output.count, $0.baseAddress, $0.count, level)
            }
            count = ZSTD_isError(produced) == 0 ? produced : 0
        }
        guard ZSTD_isError(produced) == 0 else {
            throw ZstandardError(code: .failed, message: "The content could not be compressed.")
        }
        return frame
    }

    /// The content of the frame that the bytes start with. Bytes after the frame are ignored, as the SDKs do.
    ///
    /// The frame must declare the length of its content. Memory is taken only for a length that is allowed and that a
    /// frame of this size can hold at all.
    ///
    /// - Parameter maximumBytes: how long the content may be.
    public static func decompress(
        _ bytes: [UInt8],
        maximumBytes: Int
    ) throws(ZstandardError) -> [UInt8] {
        guard hasFrameMagic(bytes) else {
            throw ZstandardError(code: .notZstandard, message: "The bytes are not a zstd frame.")
        }
        let declared = bytes.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard declared != zstdContentSizeError else { throw .damaged }
        guard declared != zstdContentSizeUnknown else {
            throw ZstandardError(
                code: .sizeNotDeclared,
                message: "The zstd frame does not say how long its content is."
            )
        }
        guard declared <= UInt64(max(maximumBytes, 0)) else { throw .longerThan(maximumBytes) }
        let frameLength = bytes.withUnsafeBytes { ZSTD_findFrameCompressedSize($0.baseAddress, $0.count) }
        guard ZSTD_isError(frameLength) == 0, frameLength <= bytes.count,
            declared <= UInt64(frameLength / smallestBlock * largestBlockContent)
        else { throw .damaged }

        var produced = 0
        let content = [UInt8](unsafeUninitializedCapacity: Int(declared)) { output, count in
            produced = bytes.withUnsafeBytes {
                ZSTD_decompress(output.baseAddress, Int(declared), $0.baseAddress, frameLength)
            }
            count = ZSTD_isError(produced) == 0 ? produced : 0
        }
        guard ZSTD_isError(produced) == 0, produced == Int(declared) else { throw .damaged }
        return content
    }
}

extension ZstandardError {
    static let damaged = ZstandardError(code: .damaged, message: "The zstd frame is cut short or damaged.")

    static func longerThan(_ maximumBytes: Int) -> Self {
        ZstandardError(
            code: .limitExceeded,
            message: "The zstd frame unpacks to more than the \(maximumBytes) bytes allowed."
        )
    }
}
