// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// How this room calls OpenSSL.
enum OpenSSL {
    /// Runs calls on an empty error queue, and leaves it empty: the queue belongs to the thread and would otherwise
    /// hand one operation's errors to the next.
    static func run<Output: ~Copyable>(
        _ body: () throws(CryptographyError) -> Output
    ) throws(CryptographyError) -> Output {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return try body()
    }

    /// Throws unless the result of a call is 1.
    static func check(_ result: Int32, _ message: String = "OpenSSL failed.") throws(CryptographyError) {
        guard result == 1 else { throw failure(message) }
    }

    /// The object that a call made, or an error if it made none.
    static func require<Value>(
        _ value: Value?,
        _ message: String = "OpenSSL failed, probably for want of memory."
    ) throws(CryptographyError) -> Value {
        guard let value else { throw failure(message) }
        return value
    }

    static func failure(_ message: String) -> CryptographyError {
        CryptographyError(code: .failed, message: message, underlying: OpenSSLError.first)
    }

    /// What `write` puts into a memory buffer, which OpenSSL wipes afterwards.
    static func collect(_ write: (OpaquePointer) -> Int32) throws(CryptographyError) -> SecretBytes {
        let buffer = try require(BIO_new(BIO_s_mem()))
        defer { BIO_free(buffer) }
        try check(write(buffer), "A key could not be written.")
        return try SecretBytes(count: BIO_ctrl_pending(buffer)) { content in
            BIO_read(buffer, content.baseAddress, Int32(content.count)) == Int32(content.count)
        }
    }
}
