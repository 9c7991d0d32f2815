// SPDX-License-Identifier: Apache-2.0

public import Foundation
import StateStore

/// How the log signs its checkpoints.
public struct AuditSigning: Sendable {
    /// Whose log it is, as the beginning of its name: two or more words joined by slashes, such as `alice/hospital-a`.
    /// It counts only when the log gets its name; afterwards that stays.
    public var logOwner: String
    /// The directory of the key files; made with mode 0700 if it isn't there.
    public var keyDirectory: URL
    /// A checkpoint is due after this many entries since the last.
    public var entries: Int
    /// A checkpoint is due this long after the first entry since the last.
    public var interval: Duration

    /// Creates a setting.
    ///
    /// - Parameters:
    ///   - logOwner: Whose log it is.
    ///   - keyDirectory: The directory of the key files.
    ///   - entries: 256 unless given.
    ///   - interval: 60 seconds unless given.
    public init(
        logOwner: String,
        keyDirectory: URL,
        entries: Int = 256,
        interval: Duration = .seconds(60)
    ) {
        self.logOwner = logOwner
        self.keyDirectory = keyDirectory
        self.entries = entries
        self.interval = interval
    }

    /// The name of a new log: like a URL without a scheme.
    func origin(instance: String) throws(StoreError) -> String {
        let origin = "\(logOwner)/\(instance)/audit"
        let parts = logOwner.split(separator: "/", omittingEmptySubsequences: false)
        guard NoteName.isValid(origin), parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw StoreError(
                .malformed,
                "The name of the audit log's owner can't be empty or have spaces or a plus in it."
            )
        }
        return origin
    }
}
