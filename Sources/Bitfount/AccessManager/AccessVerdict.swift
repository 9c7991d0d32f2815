// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The Access Manager's answer to a check (bitfount-protocol.md, 4.3 and 4.4).
public struct AccessVerdict: Sendable, Equatable {
    /// What it said. Anything but ``AccessCode/accept`` is a rejection.
    public let code: AccessCode
    /// How much of the project's allowances is used up, as far as it said so.
    public let limits: [UsageLimit]
    /// The HTTP status of the answer; always 200.
    public let httpStatus: Int

    /// Puts a verdict together.
    public init(code: AccessCode, limits: [UsageLimit] = [], httpStatus: Int = 200) {
        self.code = code
        self.limits = limits
        self.httpStatus = httpStatus
    }

    /// Limits that do not parse are left out, as in the SDK: they inform, they do not decide.
    init(_ answer: JSONObject, status: Int) {
        let items = answer["limits"]?.arrayValue ?? []
        self.init(
            code: answer["code"]?.stringValue.map(AccessCode.init) ?? .missing,
            limits: items.compactMap { $0.objectValue.flatMap(UsageLimit.init) },
            httpStatus: status
        )
    }
}
