import Bitfount
import Cryptography

extension DatasetDescription {
    /// What is sent to the Hub.
    func registration(podKey: RSAPublicKey, accessManagerKey: RSAPublicKey) -> PodRegistration {
        PodRegistration(
            name: dataset.name,
            displayName: dataset.displayName,
            description: dataset.description,
            podPublicKey: podKey,
            accessManagerPublicKey: accessManagerKey,
            schema: schema.packed,
            numberOfRecords: records
        )
    }
}
