// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Writes the fields of OpenSSH's formats (RFC 4251, section 5).
struct SSHWriter {
    private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: enough for everything, where secrets are written: see ``wipe()``.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ raw: some Sequence<UInt8>) {
        bytes += raw
    }

    mutating func append(_ number: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift)))
        }
    }

    mutating func append(string: some Collection<UInt8>) {
        append(UInt32(string.count))
        append(string)
    }

    /// A positive integer, an OpenSSL `BIGNUM`.
    mutating func append(integer number: OpaquePointer) {
        var magnitude = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
        defer { magnitude.wipe() }
        BN_bn2bin(number, &magnitude)
        let isHigh = magnitude.first.map { $0 >= 0x80 } ?? false
        append(UInt32(magnitude.count + (isHigh ? 1 : 0)))
        if isHigh { bytes.append(0) }
        append(magnitude)
    }

    mutating func wipe() {
        bytes.wipe()
    }
}
