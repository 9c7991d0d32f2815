import Foundation

/// Tells whether a dataset's files may have changed, without reading them.
struct DatasetFingerprint: Sendable, Hashable {
    private struct File: Hashable {
        let size: UInt64
        let modified: Date
        let inode: UInt64
    }

    private let schema: File?
    private let csv: File?

    init(_ dataset: DatasetConfiguration) {
        schema = Self.file(dataset.schemaFile)
        // Where there is a schema document, the data is not read.
        csv = dataset.schemaFile == nil ? Self.file(dataset.csvFile) : nil
    }

    /// A file that can't be examined has no fingerprint; reading it will say why.
    private static func file(_ url: URL?) -> File? {
        guard let url, let attributes = try? FileManager.default.attributesOfItem(atPath: url.path) else { return nil }
        return File(
            size: (attributes[.size] as? NSNumber)?.uint64Value ?? 0,
            modified: attributes[.modificationDate] as? Date ?? .distantPast,
            inode: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
        )
    }
}
