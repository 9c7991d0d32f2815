// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// How much of one resource a project may use, and has used (bitfount-protocol.md, 3.3 and 4.4).
public struct UsageLimit: Sendable, Equatable {
    /// The kind of resource; the SDK knows `MODEL_INFERENCE`.
    public let resourceType: String
    /// Which resource, such as `owner/model:3`.
    public let resourceName: String
    /// How often it may be used; nil means without limit.
    public let limit: Int?
    /// How often it was used.
    public let totalUsage: Int
    /// Where the model's code can be fetched. Pre-signed: whoever has the URL can fetch it.
    public let modelDownloadURL: Secret?
    /// Where the model's weights can be fetched. Pre-signed as well.
    public let weightsDownloadURL: Secret?

    /// Puts a limit together.
    public init(
        resourceType: String,
        resourceName: String,
        limit: Int?,
        totalUsage: Int,
        modelDownloadURL: Secret? = nil,
        weightsDownloadURL: Secret? = nil
    ) {
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.limit = limit
        self.totalUsage = totalUsage
        self.modelDownloadURL = modelDownloadURL
        self.weightsDownloadURL = weightsDownloadURL
    }

    /// Whether nothing is left.
    public var isUsedUp: Bool {
        limit.map { totalUsage >= $0 } ?? false
    }

    /// Nil if a field is missing or has another type.
    init?(_ object: JSONObject) {
        guard
            let resourceType = object["resourceType"]?.stringValue,
            let resourceName = object["resourceName"]?.stringValue,
            let totalUsage = object["totalUsage"]?.intValue
        else { return nil }
        let limit = object["limit"] ?? .null
        guard limit == .null || limit.intValue != nil else { return nil }
        self.init(
            resourceType: resourceType,
            resourceName: resourceName,
            limit: limit.intValue,
            totalUsage: totalUsage,
            modelDownloadURL: object["modelDownloadUrl"]?.stringValue.map(Secret.init),
            weightsDownloadURL: object["weightsDownloadUrl"]?.stringValue.map(Secret.init)
        )
    }
}
