// SPDX-License-Identifier: Apache-2.0

extension StaticString {
    /// The text for C functions that keep the pointer they are given, as OpenSSL's do with the names of types: a `String`
    /// lends its bytes only for a call, a literal's are there for ever.
    var cString: UnsafePointer<CChar> {
        UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
