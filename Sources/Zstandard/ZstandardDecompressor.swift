// SPDX-License-Identifier: Apache-2.0

import CZstd

/// Unpacks one frame piece by piece, with memory bounded by the window that the frame asks for.
///
/// Bytes after the frame are ignored, as in ``Zstandard/decompress(_:maximumBytes:)``.
public struct ZstandardDecompressor: ~Copyable {
    /// The largest window a frame may ask for, as a power of two: 128 MiB, the most that any level of the
    /// library uses unless told to look farther back.
    public static let maximumWindowLog: Int32 = 27

    private let context: OpaquePointer
    private let maximumBytes: Int
    private var start: [UInt8]
    private var produced: Int
    private var isFinished: Bool

    /// A decompressor for one frame.
    ///
    /// - Parameter maximumBytes: how long the content may be.
    public init(maximumBytes: Int) throws(ZstandardError) {
        context = try Self.makeContext()
        self.maximumBytes = maximumBytes
        start = []
        produced = 0
        isFinished = false
    }

    private static func makeContext() throws(ZstandardError) -> OpaquePointer {
        guard let context = ZSTD_createDCtx() else { throw failure }
        guard ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, maximumWindowLog)) == 0 else {
            ZSTD_freeDCtx(context)
            throw failure
        }
        return context
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// Unpacks a piece. What comes out of it, if anything, goes to `receive` in pieces of at most 128 KiB.
    public mutating func write(_ piece: [UInt8], _ receive: ([UInt8]) throws -> Void) throws {
        try checkStart(piece)
        var consumed = 0
        var hasMore = true
        while !isFinished, hasMore {
            var hint = 0
            let capacity = ZSTD_DStreamOutSize()
            let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                piece.withUnsafeBytes { bytes in
                    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: consumed)
                    var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                    hint = ZSTD_decompressStream(context, &output, &input)
                    consumed = input.pos
                    count = output.pos
                }
            }
            guard ZSTD_isError(hint) == 0 else { throw failure(of: hint) }
            produced += output.count
            guard produced <= maximumBytes else { throw ZstandardError.longerThan(maximumBytes) }
            isFinished = hint == 0
            hasMore = consumed < piece.count || output.count == capacity
            if !output.isEmpty { try receive(output) }
        }
    }

    /// Makes sure that the frame was complete.
    public consuming func finish() throws(ZstandardError) {
        guard isFinished else { throw .damaged }
    }

    /// Refuses what the library would also read: skippable frames and the formats before version 0.8.
    private mutating func checkStart(_ piece: [UInt8]) throws(ZstandardError) {
        guard start.count < Zstandard.magic.count else { return }
        start += piece.prefix(Zstandard.magic.count - start.count)
        guard Zstandard.magic.starts(with: start) else {
            throw ZstandardError(code: .notZstandard, message: "The bytes are not a zstd frame.")
        }
    }

    private func failure(of result: Int) -> ZstandardError {
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_frameParameter_windowTooLarge:
            ZstandardError(code: .limitExceeded, message: "The zstd frame asks for too large a window.")
        case ZSTD_error_memory_allocation:
            Self.failure
        default:
            .damaged
        }
    }

    private static let failure = ZstandardError(
        code: .failed,
        message: "There is not enough memory to unpack a zstd frame."
    )
}
