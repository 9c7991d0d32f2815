// SPDX-License-Identifier: Apache-2.0

import CZstd

/// Compresses content of known length piece by piece, with memory that does not grow with it.
///
/// The SDKs read only frames that declare the length of their content, so it has to be known beforehand
/// (bitfount-protocol.md, 8.7).
public struct ZstandardCompressor: ~Copyable {
    private let context: OpaquePointer

    /// A compressor for one frame.
    ///
    /// - Parameters:
    ///   - contentLength: how many bytes will be written in all; ``finish(_:)`` fails if it were more or fewer.
    ///   - level: 1 to 22; out of range it is brought into it.
    public init(contentLength: Int, level: Int32 = Zstandard.defaultLevel) throws(ZstandardError) {
        guard contentLength >= 0, let context = ZSTD_createCCtx() else { throw Self.failure }
        guard
            ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)) == 0,
            ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context, UInt64(contentLength))) == 0
        else {
            ZSTD_freeCCtx(context)
            throw Self.failure
        }
        self.context = context
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    /// Compresses a piece. What comes out of it, if anything, goes to `receive` in pieces of at most 128 KiB.
    public mutating func write(_ piece: [UInt8], _ receive: ([UInt8]) throws -> Void) throws {
        try run(piece, ZSTD_e_continue, receive)
    }

    /// Ends the frame; what was held back goes to `receive`. Nothing may be written afterwards.
    public mutating func finish(_ receive: ([UInt8]) throws -> Void) throws {
        try run([], ZSTD_e_end, receive)
    }

    private mutating func run(
        _ piece: [UInt8],
        _ directive: ZSTD_EndDirective,
        _ receive: ([UInt8]) throws -> Void
    ) throws {
        var consumed = 0
        var pending = 0
        repeat {
            let output = [UInt8](unsafeUninitializedCapacity: ZSTD_CStreamOutSize()) { buffer, count in
                piece.withUnsafeBytes { bytes in
                    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: consumed)
                    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                    pending = ZSTD_compressStream2(context, &output, &input, directive)
                    consumed = input.pos
                    count = output.pos
                }
            }
            guard ZSTD_isError(pending) == 0 else { throw Self.failure }
            if !output.isEmpty { try receive(output) }
        } while directive == ZSTD_e_end ? pending > 0 : consumed < piece.count
    }

    private static let failure = ZstandardError(
        code: .failed,
        message: "The content could not be compressed: it is not as long as announced, or memory is short."
    )
}
