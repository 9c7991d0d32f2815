// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// One thing that a server found wrong with a request (flame-hub.md, 7.1).
public struct HubIssue: Sendable, Equatable {
    /// What is wrong, such as `min_length` or `keyNotAllowed`; an open list.
    public let code: String?
    /// Where it is wrong: names of fields and positions in lists.
    public let path: [String]
    /// The server's own words.
    public let message: String?
    /// The issues of a group.
    public let issues: [HubIssue]
    /// Everything else, such as `data`, `meta`, `expected` and `received`.
    public let extra: JSONObject

    init(_ body: JSONObject) {
        var rest = body
        code = rest.removeValue(forKey: "code")?.stringValue
        message = rest.removeValue(forKey: "message")?.stringValue
        path = (rest.removeValue(forKey: "path")?.arrayValue ?? []).compactMap { segment in
            segment.stringValue ?? segment.integerValue.map { String($0) }
        }
        issues = (rest.removeValue(forKey: "issues")?.arrayValue ?? []).compactMap { $0.objectValue.map(HubIssue.init) }
        extra = rest
    }

    /// This issue, or the issues of the group.
    var flattened: [HubIssue] { issues.isEmpty ? [self] : issues.flatMap(\.flattened) }
}
