// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Ids and secrets that nobody can guess.
enum SandboxIDs {
    static func uuid() -> String {
        UUID().uuidString.lowercased()
    }

    /// `bytes` random bytes in hexadecimal.
    static func secret(bytes: Int = 24) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<bytes).map { _ in
            let text = String(UInt8.random(in: .min ... .max, using: &generator), radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
