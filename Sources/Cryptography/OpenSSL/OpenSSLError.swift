// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// What OpenSSL itself says about a failure: its code and its reason.
public struct OpenSSLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The packed code, as `openssl errstr` takes it.
    public let code: UInt
    /// The library and reason that belong to the code.
    public let description: String

    /// The first entry of this thread's error queue, if there is one.
    static var first: OpenSSLError? {
        let code = ERR_peek_error()
        guard code != 0 else { return nil }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        let description = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return OpenSSLError(code: code, description: description)
    }
}
