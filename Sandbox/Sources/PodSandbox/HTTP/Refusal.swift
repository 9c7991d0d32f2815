// SPDX-License-Identifier: Apache-2.0

/// A request that a stand-in does not accept, with the status it is answered with.
package struct Refusal: Error, Sendable, Equatable {
    /// The HTTP status.
    package let status: Int
    /// Why; goes into the body.
    package let message: String

    /// A refusal with `status`.
    package init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    static func badRequest(_ message: String) -> Refusal { Refusal(400, message) }
    static func unauthorised(_ message: String = "no valid credentials") -> Refusal { Refusal(401, message) }
    static func forbidden(_ message: String) -> Refusal { Refusal(403, message) }
    static func notFound(_ message: String = "not found") -> Refusal { Refusal(404, message) }
}
