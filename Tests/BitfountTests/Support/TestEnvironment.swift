// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTestSupport
import StrictJSON

extension BitfountEnvironment {
    /// An environment of servers on this machine. Services without a server are on a port where nobody listens.
    static func test(
        hub: LoopbackServer? = nil,
        accessManager: LoopbackServer? = nil,
        oauth: LoopbackServer? = nil
    ) throws -> BitfountEnvironment {
        var environment = BitfountEnvironment.dev
        environment.hub = try hub?.url("") ?? nowhere(2)
        environment.accessManager = try accessManager?.url("") ?? nowhere(3)
        environment.oauthAuthority = try oauth?.url("") ?? nowhere(4)
        environment.clientID = "client-1"
        return environment
    }

    private static func nowhere(_ port: Int) throws -> URL {
        guard let url = URL(string: "http://127.0.0.1:\(port)") else { throw SocketError() }
        return url
    }
}

extension Credentials {
    /// The API key of the recorded requests.
    static let acme = apiKey(id: Secret("acme-id:acme-am-id"), key: Secret("acme-key:acme-am-key"), username: "acme")
}

extension ReceivedRequest {
    /// The path without the query.
    var path: String { String(target.prefix { $0 != "?" }) }

    /// The fields of the query or of a form body, in order.
    static func fields(_ text: some StringProtocol) -> [[String]] {
        text.split(separator: "&").map { pair in
            pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ")
                    .removingPercentEncoding ?? "?"
            }
        }
    }

    var query: [[String]] { Self.fields(target.drop { $0 != "?" }.dropFirst()) }
    var form: [[String]] { Self.fields(String(decoding: body, as: UTF8.self)) }
    var json: JSONValue? { try? JSONValue(parsing: body) }
}

/// A directory that is gone when the test is over.
final class TemporaryDirectory: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(component: "bitfount-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
