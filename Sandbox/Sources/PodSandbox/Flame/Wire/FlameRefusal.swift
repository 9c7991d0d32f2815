// SPDX-License-Identifier: Apache-2.0

/// A request that the Hub does not accept (flame-hub.md, 7).
struct FlameRefusal: Error, Sendable {
    let status: Int
    let code: String
    let message: String
    var issues: [FlameIssue] = []
    /// The error's name in OAuth, where it has one.
    var oauth: String?

    init(_ status: Int, _ code: String, _ message: String, issues: [FlameIssue] = [], oauth: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.issues = issues
        self.oauth = oauth
    }

    static func badRequest(_ message: String, issues: [FlameIssue] = []) -> FlameRefusal {
        FlameRefusal(400, "bad_request", message, issues: issues)
    }

    static func invalid(_ issues: [FlameIssue]) -> FlameRefusal {
        let names = issues.map(\.path).joined(separator: ", ")
        return .badRequest("Property \(names) is invalid", issues: issues)
    }

    static func notFound(_ what: String) -> FlameRefusal {
        FlameRefusal(404, "entity_not_found", "The \(what) was not found.")
    }

    /// A path that no service has; the answer has no code.
    static let unknownRoute = FlameRefusal(404, "", "Not Found")
    static let conflict = FlameRefusal(
        409,
        "entity_conflict",
        "An entry with some unique attributes already exists."
    )
    static let signInNeeded = FlameRefusal(401, "identity_unauthorized", "Authentication required.")

    static func denied(_ what: String) -> FlameRefusal {
        FlameRefusal(403, "permission_denied", "You are not permitted to \(what).")
    }

    /// A permission is missing. Core and Storage of hub 0.14 say 400, so that only the issue tells.
    static func lacking(_ permission: String) -> FlameRefusal {
        let issue = FlameIssue("permission_not_found", permission, "The permission \(permission) was not found.")
        return FlameRefusal(
            400,
            "bad_request",
            "The evaluation of permissions \(permission) failed",
            issues: [issue]
        )
    }

    /// The body of the answer.
    func body(of service: FlameService, _ release: FlameRelease) -> JSONValue {
        if code.isEmpty { return ["status": .integer(Int64(status)), "message": .string(message)] }
        var body: [String: JSONValue] = ["code": .string(code), "message": .string(message)]
        switch service {
        case .auth:
            body["name"] = "AuthupError"
            body["@instanceof"] = ["Symbol(BaseError)"]
            if !issues.isEmpty { body["issues"] = .array(issues.map(\.json)) }
            if let oauth { body["error"] = .string(oauth) }
        case .core, .storage:
            body["statusCode"] = .integer(Int64(status))
            if !release.isOld { body["issues"] = .array(issues.map(\.json)) }
        }
        return .object(body)
    }
}

/// One thing that is wrong with a request.
struct FlameIssue: Sendable {
    let code: String
    let path: String
    let message: String
    let data: [String: JSONValue]
    /// What query rejections say.
    let meta: [String: JSONValue]

    init(
        _ code: String,
        _ path: String,
        _ message: String,
        data: [String: JSONValue] = [:],
        meta: [String: JSONValue] = [:]
    ) {
        self.code = code
        self.path = path
        self.message = message
        self.data = data
        self.meta = meta
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "type": "item", "code": .string(code), "path": [.string(path)], "message": .string(message),
        ]
        if !data.isEmpty { members["data"] = .object(data) }
        if !meta.isEmpty { members["meta"] = .object(meta) }
        return .object(members)
    }
}
