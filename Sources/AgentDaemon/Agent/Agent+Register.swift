// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import DatasetSchema
import Foundation
import HTTPTransport

extension Agent {
    /// One dataset's registration, as the command line shows it.
    public struct Registration: Sendable, Encodable {
        /// `owner/name`.
        public let identifier: String
        /// Whether the Hub did not know the dataset before.
        public let isNew: Bool
        /// The size of the packed schema.
        public let schemaBytes: Int
        /// The number of records that was made public.
        public let numberOfRecords: Int?
    }

    /// Registers all datasets once.
    ///
    /// - Throws: The first error; datasets before it stay registered.
    public static func register(_ configuration: AgentConfiguration) async throws -> [Registration] {
        let pod = try configuration.requiredPod()
        _ = try StateDirectory(configuration.stateDirectory)
        let services = try AgentClients(configuration)
        defer { services.http.shutdown() }
        let podKey = try await PodKeyStore(privateKeyFile: pod.keyFile).loadOrGenerate().key.publicKey
        let accessManagerKey = try await services.accessManager.publicKey()
        var registrations: [Registration] = []
        for dataset in pod.datasets {
            let description = try await DatasetDescription.read(dataset)
            let answer = try await services.hub.register(
                description.metadata,
                podKey: podKey,
                accessManagerKey: accessManagerKey
            )
            registrations.append(
                Registration(
                    identifier: answer.identifier.description,
                    isNew: !answer.alreadyExisted,
                    schemaBytes: description.schema.packed.count,
                    numberOfRecords: description.records
                )
            )
        }
        return registrations
    }
}
