import Bitfount

extension DatasetDescription {
    /// What is made public on the Hub.
    var metadata: PodPublicMetadata {
        PodPublicMetadata(
            name: dataset.name,
            displayName: dataset.displayName,
            description: dataset.description,
            schema: schema.packed,
            numberOfRecords: records
        )
    }
}
