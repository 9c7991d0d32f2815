// SPDX-License-Identifier: Apache-2.0

/// Why a task was given up, as numbered in a message's metadata (bitfount-protocol.md, 10.3).
public enum AbortReason: Int32, Sendable, Hashable, Codable, CaseIterable {
    /// Something unexpected failed.
    case workerError = 0
    /// There is nothing new to process.
    case noNewData = 1
    /// The modeller fell silent.
    case modellerTimeout = 2
    /// The dataset is empty.
    case noData = 4
    /// A usage limit is reached.
    case limitsExceeded = 5
    /// The modeller fell silent when the task was complete.
    case taskCompleteModellerTimeout = 6
    /// The data is gone.
    case dataNotAvailable = 7
    /// The modeller withdrew the task.
    case cancelledByModeller = 8
    /// The health record system failed.
    case ehrError = 9
    /// A Hub's request is not authentic.
    case invalidSignature = 10
    /// A Hub's request is too old.
    case staleRequest = 11

    /// The SDK's name, such as `WORKER_ERROR`, used inside a body.
    public var name: String {
        switch self {
        case .workerError: "WORKER_ERROR"
        case .noNewData: "NO_NEW_DATA"
        case .modellerTimeout: "MODELLER_TIMEOUT"
        case .noData: "NO_DATA"
        case .limitsExceeded: "LIMITS_EXCEEDED"
        case .taskCompleteModellerTimeout: "TASK_COMPLETE_MODELLER_TIMEOUT"
        case .dataNotAvailable: "DATA_NOT_AVAILABLE"
        case .cancelledByModeller: "CANCELLED_BY_MODELLER"
        case .ehrError: "EHR_ERROR"
        case .invalidSignature: "INVALID_SIGNATURE"
        case .staleRequest: "STALE_REQUEST"
        }
    }

    /// Whether modellers of the first generation know the reason; a name they do not know crashes them.
    public var isKnownToG1: Bool {
        rawValue <= Self.modellerTimeout.rawValue
    }
}
