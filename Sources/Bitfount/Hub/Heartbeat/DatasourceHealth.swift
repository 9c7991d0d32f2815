// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// How the data of a dataset is (bitfount-protocol.md, 6.1).
public struct DatasourceHealth: Sendable, Equatable {
    /// How it is.
    public enum Status: String, Sendable, Codable, CaseIterable {
        /// It can be read.
        case healthy
        /// It can't be read.
        case unhealthy
        /// Nobody looked yet, or looking took too long.
        case unknown
    }

    /// The name of the dataset.
    public var name: String
    /// How it is.
    public var status: Status
    /// Why it is not healthy, by one of the names that the SDK uses, such as `PATH_NOT_FOUND`.
    public var errorCode: String?
    /// Why it is not healthy, for people. The Hub shows it to others, so it must not hold a path.
    public var message: String?

    /// Puts a report together.
    public init(name: String, status: Status, errorCode: String? = nil, message: String? = nil) {
        self.name = name
        self.status = status
        self.errorCode = errorCode
        self.message = message
    }

    var document: JSONObject {
        var document: JSONObject = ["name": .string(name), "status": .string(status.rawValue)]
        document["error_code"] = errorCode.map(JSONValue.string)
        document["message"] = message.map(JSONValue.string)
        return document
    }
}
