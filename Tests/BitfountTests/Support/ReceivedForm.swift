// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport

/// A `multipart/form-data` body taken apart.
struct ReceivedForm {
    struct Part {
        let name: String
        let filename: String?
        let content: Data
    }

    let parts: [Part]

    init?(_ request: ReceivedRequest) {
        let type = request.headers["Content-Type"] ?? ""
        guard let boundary = type.components(separatedBy: "boundary=").last, boundary != type else { return nil }
        var parts: [Part] = []
        var rest = Data("\r\n".utf8) + request.body
        let delimiter = Data("\r\n--\(boundary)".utf8)
        guard let first = rest.range(of: delimiter) else { return nil }
        rest = Data(rest[first.upperBound...])
        while !rest.starts(with: Data("--".utf8)) {
            guard
                let end = rest.range(of: delimiter),
                let head = rest.range(of: Data("\r\n\r\n".utf8)),
                let name = Self.parameter("name", of: rest[..<head.lowerBound])
            else { return nil }
            parts.append(
                Part(
                    name: name,
                    filename: Self.parameter("filename", of: rest[..<head.lowerBound]),
                    content: Data(rest[head.upperBound..<end.lowerBound])
                )
            )
            rest = Data(rest[end.upperBound...])
        }
        self.parts = parts
    }

    private static func parameter(_ name: String, of head: Data) -> String? {
        let pieces = String(decoding: head, as: UTF8.self).components(separatedBy: " \(name)=\"")
        return pieces.count > 1 ? String(pieces[1].prefix { $0 != "\"" }) : nil
    }
}
