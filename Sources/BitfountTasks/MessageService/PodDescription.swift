// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a pod tells the message service about itself (bitfount-protocol.md, 7.3).
public struct PodDescription: Sendable, Hashable {
    /// The machine a pod runs on.
    public struct Host: Sendable, Hashable {
        /// The processor's architecture, such as `x86_64`.
        public var processor: String
        /// The operating system as Python's `platform.system()` names it, such as `Linux`.
        public var operatingSystem: String
        /// Logical processors.
        public var processorCount: UInt32
        /// Physical memory in bytes.
        public var memoryBytes: UInt64

        /// Describes a machine.
        public init(processor: String, operatingSystem: String, processorCount: UInt32, memoryBytes: UInt64) {
            self.processor = processor
            self.operatingSystem = operatingSystem
            self.processorCount = processorCount
            self.memoryBytes = memoryBytes
        }
    }

    /// The pod's name, without its owner.
    public var name: String
    /// The names of all its datasets, without their owner.
    public var datasetNames: [String]
    /// The installation, a UUID. With it the service makes one mailbox for each dataset.
    public var instanceID: String
    /// The machine it runs on.
    public var host: Host

    /// Describes a pod, on this machine unless told otherwise.
    public init(name: String, datasetNames: [String], instanceID: String, host: Host = .current) {
        self.name = name
        self.datasetNames = datasetNames
        self.instanceID = instanceID
        self.host = host
    }
}

extension PodDescription.Host {
    /// The machine this process runs on.
    public static var current: Self {
        let process = ProcessInfo.processInfo
        return Self(
            processor: architecture,
            operatingSystem: "Linux",
            processorCount: UInt32(clamping: process.activeProcessorCount),
            memoryBytes: process.physicalMemory
        )
    }

    private static var architecture: String {
        #if arch(arm64)
            "aarch64"
        #elseif arch(x86_64)
            "x86_64"
        #else
            "unknown"
        #endif
    }
}
