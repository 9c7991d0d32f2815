// SPDX-License-Identifier: Apache-2.0

/// Why a task is refused, as the modeller is told (bitfount-protocol.md, 4.3).
///
/// The name of the acceptance is not among them, so that no rejection can carry it: modellers tell the two apart by the
/// body.
public enum RejectCode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The modeller has no permission for this dataset.
    case noAccess = "NO_ACCESS"
    /// The proof of identity does not hold.
    case invalidProofOfIdentity = "INVALID_PROOF_OF_IDENTITY"
    /// The modeller is known, but not for this kind of task.
    case unauthorised = "UNAUTHORISED"
    /// There was nothing to check; the modeller is told to try again.
    case noProofOfIdentity = "NO_PROOF_OF_IDENTITY"
    /// There is no data for the task.
    case noData = "NO_DATA"
    /// The dataset does not fit the task. Second generation only.
    case incompatibleDatasource = "INCOMPATIBLE_DATASOURCE"
    /// The task could not be set up. Second generation only.
    case taskSetupError = "TASK_SETUP_ERROR"
    /// The request came too late. Second generation only.
    case taskTimeout = "TASK_TIMEOUT"
    /// The task needs a health record system. From SDK 11.3.0 only.
    case missingEHRConnection = "MISSING_EHR_CONNECTION"
    /// The dataset can't be reached at present. From SDK 11.3.0 only.
    case datasourceInaccessible = "DATASOURCE_INACCESSIBLE"

    /// The code that tells modellers of the first generation most nearly the same: a name they do not know crashes them.
    public var fallbackForG1: RejectCode {
        switch self {
        case .noAccess, .invalidProofOfIdentity, .unauthorised, .noProofOfIdentity, .noData: self
        case .incompatibleDatasource, .missingEHRConnection, .datasourceInaccessible: .noData
        case .taskSetupError: .unauthorised
        case .taskTimeout: .noProofOfIdentity
        }
    }

    /// The code to send to a modeller of a generation.
    public func code(for generation: Generation) -> RejectCode {
        generation == .g1 ? fallbackForG1 : self
    }
}
