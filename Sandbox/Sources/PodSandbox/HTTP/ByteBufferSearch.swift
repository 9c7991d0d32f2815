// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

extension ByteBuffer {
    /// Where `pattern` begins among the readable bytes.
    func offset(of pattern: [UInt8]) -> Int? {
        withUnsafeReadableBytes { bytes in
            var start = 0
            // A search by memchr, because the generic one is slow where it is not optimised.
            while let base = bytes.baseAddress, bytes.count - start >= pattern.count,
                let found = memchr(base + start, Int32(pattern[0]), bytes.count - start - pattern.count + 1)
            {
                start = base.distance(to: UnsafeRawPointer(found))
                if memcmp(found, pattern, pattern.count) == 0 { return start }
                start += 1
            }
            return nil
        }
    }
}
