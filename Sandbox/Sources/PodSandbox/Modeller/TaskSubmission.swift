// SPDX-License-Identifier: Apache-2.0

package import BitfountTasks
package import MessagePack

/// A task as a modeller puts it together, and what they do while it is being decided.
package struct TaskSubmission: Sendable {
    /// How the request gets to the pod.
    package enum Delivery: Sendable, Equatable {
        /// Through the storage, by `SetupTask` and `InitiateTask`, as modern modellers do.
        case storage
        /// Inside the message, by `SetupTask` and `InitiateTask`.
        case inline
        /// Inside the message, by `SetupTaskMailboxes`, as the oldest modellers do.
        case mailboxes
    }

    /// The identifiers of the datasets.
    package var targets: [String]
    /// How values are packed.
    package var generation: Generation
    /// How the modeller offers to prove who they are.
    package var authentication: AuthenticationType
    /// The protocol to run.
    package var protocolDocument: MessagePackMap = Self.columnAverage
    /// The project.
    package var projectID: String?
    /// How the request gets to the pod.
    package var delivery: Delivery = .storage
    /// What is wrong with the request.
    package var flaw: RequestFlaw?
    /// What the dishonest message service does to it.
    package var tampering: Tampering?
    /// What the modeller does when asked for a proof.
    package var conduct: ModellerConduct = .honest
    /// How long the modeller waits for answers; 5 minutes in the genuine SDK.
    package var patience: Duration = .seconds(30)

    /// An honest task for some datasets.
    package init(_ targets: [String], generation: Generation = .g2, authentication: AuthenticationType = .keyBased) {
        self.targets = targets
        self.generation = generation
        self.authentication = authentication
    }

    /// The average of one column.
    package static let columnAverage: MessagePackMap = [
        "class_name": "bitfount.ResultsOnly",
        "algorithm": .map(["class_name": "bitfount.ColumnAverage", "field": "age", "table_name": "heart-data"]),
    ]

    /// The same with secure aggregation.
    package static let secureAverage: MessagePackMap = {
        var document = columnAverage
        document["aggregator"] = .map(["class_name": "bitfount.SecureAggregator"])
        return document
    }()
}
