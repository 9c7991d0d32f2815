// SPDX-License-Identifier: Apache-2.0

import COpenSSL

extension [UInt8] {
    /// Overwrites the bytes of an array that nobody else holds.
    ///
    /// Memory that the array has outgrown is not reached: reserve its capacity before secrets go in.
    mutating func wipe() {
        withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
