import Bitfount
import Cryptography
import MessagePack

/// How the Access Manager was asked and what it said: the audit entry's field `am`.
public struct AccessManagerRecord: Sendable, Hashable {
    /// The HTTP status of its last answer, if there was one.
    public let status: Int?
    /// The code it answered, as it came but for characters that could forge a log line; `nil` if it gave none.
    public let code: String?
    /// SHA-256 of the usage limits it answered, without their addresses; `nil` if it gave none. Hashed is a MessagePack
    /// array with one array `[resourceType, resourceName, limit or nil, totalUsage]` for each limit, in its order.
    public let limitsSHA256: String?
    /// How long all of it took, repetitions included, in milliseconds.
    public let milliseconds: Int

    init(_ verdict: AccessVerdict, milliseconds: Int) {
        status = verdict.httpStatus
        code = verdict.code == .missing ? nil : Self.recordable(verdict.code.rawValue)
        limitsSHA256 = verdict.limits.isEmpty ? nil : Self.digest(verdict.limits)
        self.milliseconds = milliseconds
    }

    /// `nil` if the fault lies elsewhere.
    init?(failure: EvaluationFault, milliseconds: Int) {
        guard failure.isAccessManagers else { return nil }
        status = failure.accessManagerFailure?.status
        code = nil
        limitsSHA256 = nil
        self.milliseconds = milliseconds
    }

    /// At most 64 characters of printable ASCII; others are replaced by question marks.
    private static func recordable(_ text: String) -> String {
        String(text.unicodeScalars.prefix(64).map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" })
    }

    private static func digest(_ limits: [UsageLimit]) -> String {
        let values = limits.map { limit in
            MessagePackValue.array([
                .string(limit.resourceType),
                .string(limit.resourceName),
                limit.limit.map { .int(Int64($0)) } ?? .null,
                .int(Int64(limit.totalUsage)),
            ])
        }
        return Hex.encode(SHA256.hash(MessagePackEncoder.encode(.array(values))))
    }
}
