// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport

/// A request as the test server read it.
public struct ReceivedRequest: Sendable {
    /// The method.
    public var method: String
    /// The target as it was sent: path and query.
    public var target: String
    /// The header fields.
    public var headers = HTTPHeaders()
    /// The body.
    public var body = Data()

    /// A request that didn't come as HTTP.
    public init(method: String, target: String) {
        self.method = method
        self.target = target
    }

    /// Takes a head apart, without its empty line.
    init?(head: String) {
        var lines = head.components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ")
        guard words.count == 3 else { return nil }
        method = String(words[0])
        target = String(words[1])
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers.append(String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
    }
}
