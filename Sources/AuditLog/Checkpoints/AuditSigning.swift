import Foundation

/// How the log signs its checkpoints.
public struct AuditSigning: Sendable {
    /// The username that the pod belongs to; part of the log's name.
    public var owner: String
    /// The pod's name; part of the log's name.
    public var pod: String
    /// The directory of the key files; made with mode 0700 if it isn't there.
    public var keyDirectory: URL
    /// A checkpoint is due after this many entries since the last.
    public var entries: Int
    /// A checkpoint is due this long after the first entry since the last.
    public var interval: Duration

    /// Creates a setting.
    ///
    /// - Parameters:
    ///   - owner: The username that the pod belongs to.
    ///   - pod: The pod's name.
    ///   - keyDirectory: The directory of the key files.
    ///   - entries: 256 unless given.
    ///   - interval: 60 seconds unless given.
    public init(
        owner: String,
        pod: String,
        keyDirectory: URL,
        entries: Int = 256,
        interval: Duration = .seconds(60)
    ) {
        self.owner = owner
        self.pod = pod
        self.keyDirectory = keyDirectory
        self.entries = entries
        self.interval = interval
    }

    /// The name of a new log: like a URL without a scheme.
    func origin(instance: String) throws(StoreError) -> String {
        let origin = "\(owner)/\(pod)/\(instance)/audit"
        guard NoteName.isValid(origin), !owner.isEmpty, !pod.isEmpty else {
            throw StoreError(
                .malformed,
                "The owner's and the pod's name can't be empty or have spaces or a plus in them."
            )
        }
        return origin
    }
}
