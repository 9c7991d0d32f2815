// SPDX-License-Identifier: Apache-2.0

/// The switches of a task request, outside the encryption (bitfount-protocol.md, 9.1). `nil` where the modeller
/// said nothing.
public struct RequestFlags: Sendable, Hashable {
    /// Whether to leave out data that was processed before.
    public var runOnNewDataOnly: Bool?
    /// Whether to work in batches.
    public var batchedExecution: Bool?
    /// Whether this is a trial.
    public var testRun: Bool?
    /// Whether to process files again that failed before.
    public var forceRerunFailedFiles: Bool?
    /// Whether results may be uploaded to an anonymised tracker.
    public var enableAnonymizedTrackerUpload: Bool?
    /// Whether the task needs a health record system.
    public var requiresEHRConnection: Bool?
    /// Whether the task can run on Apple's graphics processors.
    public var supportsMPS: Bool?

    /// Nothing said.
    public init() {}

    /// Every switch with its name on the wire, in the order in which the SDKs write them around `key_id`.
    static let beforeKeyID: [(key: String, path: any WritableKeyPath<Self, Bool?> & Sendable)] = [
        ("run_on_new_data_only", \.runOnNewDataOnly),
        ("batched_execution", \.batchedExecution),
    ]
    static let afterKeyID: [(key: String, path: any WritableKeyPath<Self, Bool?> & Sendable)] = [
        ("test_run", \.testRun),
        ("force_rerun_failed_files", \.forceRerunFailedFiles),
        ("enable_anonymized_tracker_upload", \.enableAnonymizedTrackerUpload),
        ("requires_ehr_connection", \.requiresEHRConnection),
        ("supports_mps", \.supportsMPS),
    ]
}
