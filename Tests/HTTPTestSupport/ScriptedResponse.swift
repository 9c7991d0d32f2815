// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A plain response of the test server, with a length.
public struct ScriptedResponse: Sendable {
    /// The status code.
    public var status = 200
    /// The header fields besides `Content-Length`.
    public var headers: [(String, String)] = []
    /// The body.
    public var body = Data()

    /// A response with a text.
    public init(_ status: Int = 200, headers: [(String, String)] = [], _ body: String = "") {
        self.init(status, headers: headers, data: Data(body.utf8))
    }

    /// A response with bytes.
    public init(_ status: Int = 200, headers: [(String, String)] = [], data: Data) {
        self.status = status
        self.headers = headers
        body = data
    }

    var bytes: Data {
        var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return Data((head + "\r\n").utf8) + body
    }
}
