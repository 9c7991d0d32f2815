// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation

extension Messages_PodData {
    /// A pod as the service wants it described (bitfount-protocol.md, 7.3).
    init(_ pod: PodDescription) {
        self.init()
        podName = pod.name
        processor = pod.host.processor
        podOs = pod.host.operatingSystem
        cpuCount = pod.host.processorCount
        totalMemoryBytes = pod.host.memoryBytes
        datasetNames = pod.datasetNames
        instanceID = pod.instanceID
    }
}

extension Messages_CommunicationDetails {
    /// A mailbox as a poll names it (bitfount-protocol.md, 7.4).
    init(_ mailbox: Mailbox) {
        self.init()
        switch mailbox {
        case .named(let id):
            mailboxID = id
        case .byCredential(let clusterID?):
            computeClusterID = clusterID
        case .byCredential(nil):
            break
        }
    }
}

extension Messages_BitfountMessage {
    /// A message to send (bitfount-protocol.md, 7.7).
    init(_ message: OutgoingMessage) {
        self.init()
        messageType = MessageType(rawValue: Int(message.type.rawValue)) ?? .UNRECOGNIZED(Int(message.type.rawValue))
        body = Data(message.body)
        recipient = message.recipient
        recipientMailboxID = message.recipientMailboxID
        sender = message.sender
        senderMailboxID = message.senderMailboxID
        timestamp = message.timestamp
        if let task = message.taskID {
            taskID = task
        }
        if let reason = message.abortReason.flatMap({ Messages_MessageMetadata.Reason(rawValue: Int($0.rawValue)) }) {
            // The first reason has the number 0: presence is what says that it is meant.
            messageMetadata.reason = reason
        }
        if let number = message.sequenceNumber { sequenceNumber = number }
        guard let metadata = message.metadata, !metadata.isEmpty else { return }
        messageMetadata.resourcesConsumed = metadata.resourcesConsumed.map(Messages_ResourcesConsumed.init)
        guard let algorithm = metadata.algorithm.map(Messages_AlgorithmIdentifierMeta.init) else { return }
        messageMetadata.algorithmIdentifierMeta = algorithm
        // Modellers look for it here where the message is a result.
        if messageType == .evaluationResults { algorithmIdentifierMeta = algorithm }
    }
}

extension Messages_ResourcesConsumed {
    fileprivate init(_ resource: OutgoingMetadata.ResourceConsumed) {
        self.init()
        resourceType = ResourceType(rawValue: Int(resource.type)) ?? .UNRECOGNIZED(Int(resource.type))
        resourceIdentifier = resource.identifier
        amount = resource.amount
    }
}

extension Messages_AlgorithmIdentifierMeta {
    fileprivate init(_ algorithm: OutgoingMetadata.Algorithm) {
        self.init()
        if let number = algorithm.batchNumber { batchNumber = number }
        if let number = algorithm.totalBatches { totalBatches = number }
        if let name = algorithm.name { algorithmName = name }
        if let number = algorithm.index { algorithmIndex = number }
        if let number = algorithm.total { totalAlgorithms = number }
    }
}
