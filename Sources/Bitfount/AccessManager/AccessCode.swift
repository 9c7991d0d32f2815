// SPDX-License-Identifier: Apache-2.0

import MessagePack

/// What the Access Manager says about a request, by name (bitfount-protocol.md, 4.3).
///
/// Only ``accept`` accepts. Names that this version does not know are kept as they came.
public struct AccessCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The name on the wire; empty if the answer had none.
    public let rawValue: String

    /// Keeps a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The modeller may run the task.
    public static let accept = AccessCode(rawValue: "ACCEPT")
    /// The modeller has no permission for this pod.
    public static let noAccess = AccessCode(rawValue: "NO_ACCESS")
    /// The proof of identity did not check out.
    public static let invalidProofOfIdentity = AccessCode(rawValue: "INVALID_PROOF_OF_IDENTITY")
    /// The modeller is known, but not permitted this kind of task.
    public static let unauthorised = AccessCode(rawValue: "UNAUTHORISED")
    /// There was no proof of identity to check.
    public static let noProofOfIdentity = AccessCode(rawValue: "NO_PROOF_OF_IDENTITY")
    /// There is no data for the task.
    public static let noData = AccessCode(rawValue: "NO_DATA")
    /// The datasource does not fit the task.
    public static let incompatibleDatasource = AccessCode(rawValue: "INCOMPATIBLE_DATASOURCE")
    /// The task could not be set up.
    public static let taskSetupError = AccessCode(rawValue: "TASK_SETUP_ERROR")
    /// The request took too long.
    public static let taskTimeout = AccessCode(rawValue: "TASK_TIMEOUT")
    /// The task needs an EHR connection.
    public static let missingEHRConnection = AccessCode(rawValue: "MISSING_EHR_CONNECTION")
    /// The datasource cannot be reached.
    public static let datasourceInaccessible = AccessCode(rawValue: "DATASOURCE_INACCESSIBLE")

    /// The answer had no code, or one that is not a string.
    public static let missing = AccessCode(rawValue: "")

    /// Every code that the SDKs know.
    public static let known: Set<AccessCode> = [
        .accept, .noAccess, .invalidProofOfIdentity, .unauthorised, .noProofOfIdentity, .noData,
        .incompatibleDatasource, .taskSetupError, .taskTimeout, .missingEHRConnection, .datasourceInaccessible,
    ]

    /// Whether this is a code that the SDKs know.
    public var isKnown: Bool { Self.known.contains(self) }

    /// The name on the wire.
    public var description: String { rawValue }

    /// Compares bytes: a name that only looks like `ACCEPT` is another name.
    public static func == (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.elementsEqual(right.rawValue.utf8)
    }

    /// Feeds the bytes of the name.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(rawValue))
    }
}
