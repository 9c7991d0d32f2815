// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import StrictJSON
import TestSupport
import Testing

/// One call of a genuine SDK with everything that it put on the wire. See the README of the fixtures.
struct RecordedCall: Sendable, CustomTestStringConvertible {
    let sdk: String
    let name: String
    let method: String
    let arguments: JSONObject
    let user: String
    let usesBearerToken: Bool
    let world: JSONObject
    let returns: JSONValue
    let raises: Bool
    let requests: [JSONObject]

    var testDescription: String { "\(sdk): \(name)" }

    /// Whether this is a call of the generation that knows multipart uploads and descriptions of models.
    var isCurrent: Bool { sdk != "1.0.6" }

    static let all: [RecordedCall] = {
        // A fixture that cannot be read makes an empty list, which a test of its own reports.
        guard
            let data = try? Fixtures.data("bitfount/expected_requests.json"),
            let sdks = try? JSONValue(parsing: data)["sdks"].objectValue
        else { return [] }
        return sdks.flatMap { sdk, calls in
            (calls.arrayValue ?? []).compactMap { RecordedCall(sdk: sdk, $0) }
        }
    }()

    static let protocolJSON: [UInt8] = {
        guard let data = try? Fixtures.data("bitfount/expected_requests.json") else { return [] }
        return (try? JSONValue(parsing: data)["protocol"].serialized()) ?? []
    }()

    private init?(sdk: String, _ call: JSONValue) {
        guard let name = call["name"].stringValue, let method = call["call"].stringValue else { return nil }
        self.sdk = sdk
        self.name = name
        self.method = method
        arguments = call["args"].objectValue ?? [:]
        user = call["user"].stringValue ?? "acme"
        usesBearerToken = call["login"].stringValue == "jwt"
        world = call["world"].objectValue ?? [:]
        returns = call["returns"]
        raises = call["raises"].stringValue != nil
        requests = (call["requests"].arrayValue ?? []).compactMap(\.objectValue)
    }

    var credentials: Credentials {
        guard usesBearerToken else {
            return .apiKey(
                id: Secret("\(user)-id:\(user)-am-id"),
                key: Secret("\(user)-key:\(user)-am-key"),
                username: user
            )
        }
        return .bearer(username: user) { AccessToken(token: Secret("<token>"), expiresAt: .distantFuture) }
    }
}

extension JSONValue {
    /// A member of an object; null for what is not there.
    subscript(key: String) -> JSONValue {
        objectValue?[key] ?? .null
    }

    /// An element of an array; null for what is not there.
    subscript(index: Int) -> JSONValue {
        guard let elements = arrayValue, elements.indices.contains(index) else { return .null }
        return elements[index]
    }

    /// The bytes of `{"$b64": …}`.
    var fixtureBytes: [UInt8]? {
        self["$b64"].stringValue.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    }
}
