// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The two numbers of an RSA key in its OpenSSH line (bitfount-protocol.md, 8.2), without leading zeros.
struct OpenSSHKeyNumbers: Sendable {
    let exponent: Data
    let modulus: Data

    init(_ line: String) throws(SandboxError) {
        let blob = line.split(separator: " ").dropFirst().first.flatMap { Data(base64Encoded: String($0)) } ?? Data()
        var fields: [Data] = []
        var rest = blob[...]
        while rest.count >= 4 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            fields.append(Data(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        guard fields.count == 3 else { throw SandboxError(.misuse, "that is no RSA key in the OpenSSH form") }
        exponent = Data(fields[1].drop { $0 == 0 })
        modulus = Data(fields[2].drop { $0 == 0 })
    }
}

extension Data {
    /// Base64 with the URL alphabet and without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
