// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// The body of an error (flame-hub.md, 7.1 and 7.2). Core and Auth differ in it and old hubs leave
/// things out, so nothing is required.
public struct HubErrorResponse: Sendable, Equatable {
    /// The status that the body names; Auth's bodies name none.
    public let statusCode: Int?
    /// The machine-readable reason, such as `entity_conflict`; an open list.
    public let code: String?
    /// The server's own words.
    public let message: String?
    /// What is wrong with single fields of the request.
    public let issues: [HubIssue]
    /// Everything else in the body.
    public let extra: JSONObject

    init(_ body: JSONObject) {
        var rest = body
        statusCode = rest.removeValue(forKey: "statusCode")?.integerValue.flatMap(Int.init(exactly:))
        code = rest.removeValue(forKey: "code")?.stringValue
        message = rest.removeValue(forKey: "message")?.stringValue
        issues = (rest.removeValue(forKey: "issues")?.arrayValue ?? []).compactMap { $0.objectValue.map(HubIssue.init) }
        extra = rest
    }

    /// All issues, those inside of groups included.
    public var flattenedIssues: [HubIssue] { issues.flatMap(\.flattened) }
}
