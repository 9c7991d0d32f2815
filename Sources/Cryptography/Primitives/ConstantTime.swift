// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Comparisons whose duration tells nothing about the content.
public enum ConstantTime {
    /// Whether both are equal, in a time that depends on their lengths only.
    public static func equals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { equals(left, $0) } }
    }

    static func equals(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
    }
}
