import ArgumentParser
import FlameHub

extension FlameCollections {
    enum Buckets: FlameCollection {
        static let abstract = "Places for files."
        static let columns = ["id", "name", "actorType", "realmId", "createdAt"]
        static var specials: [any ParsableCommand.Type] {
            [FlameBucketUpload.self, FlameBucketDownload.self]
        }
        static func resource(_ session: FlameSession) -> Resource<Bucket> { session.storage.buckets }
    }

    enum BucketFiles: FlameCollection {
        static let abstract = "Files in buckets."
        static let columns = ["id", "path", "size", "bucketId", "createdAt"]
        static var specials: [any ParsableCommand.Type] {
            [FlameBucketFileDownload.self]
        }
        static func resource(_ session: FlameSession) -> Resource<BucketFile> { session.storage.bucketFiles }
    }
}
