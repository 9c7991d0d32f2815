// SPDX-License-Identifier: Apache-2.0

public import MessagePack

@testable public import BitfountTasks

/// The modeller's side.
extension TaskRequestCodec {
    /// Packs an inner request, ready to be encrypted to the pod's key.
    ///
    /// - Parameters:
    ///   - protocolDocument: The protocol to run.
    ///   - podIdentifiers: Every pod of the task.
    ///   - sessionKey: The 32 bytes of the task's key. They are not checked, so that a test can send wrong ones.
    ///   - generation: How to pack.
    public static func encodeInner(
        protocolDocument: MessagePackMap,
        podIdentifiers: [String],
        sessionKey: [UInt8],
        generation: Generation
    ) throws(TaskFormatError) -> [UInt8] {
        try generation.pack([
            Key.protocolDocument: .map(protocolDocument),
            Key.podIdentifiers: .array(podIdentifiers.map { .string($0) }),
            Key.sessionKey: .binary(sessionKey),
        ])
    }

    /// Packs a request around its encrypted part, with the keys in the order in which the SDKs write them.
    ///
    /// ``OuterRequest/unknownKeys`` have no values and are left out.
    public static func encodeOuter(_ outer: OuterRequest) throws(TaskFormatError) -> [UInt8] {
        var container: MessagePackMap = [Key.encryptedRequest: .binary(outer.encryptedRequest)]
        container[Key.signature] = outer.signature.map { .binary($0) }

        var map: MessagePackMap = [
            Key.protocolDocument: .map(outer.protocolDocument),
            Key.authenticationType: .string(outer.authenticationType.rawValue),
            Key.request: .binary(try outer.generation.pack(.map(container))),
        ]
        map[Key.projectID] = outer.projectID.map { .string($0) }
        for (key, path) in RequestFlags.beforeKeyID {
            map[key] = outer.flags[keyPath: path].map { .bool($0) }
        }
        map[Key.keyID] = outer.keyID.map { .string($0) }
        for (key, path) in RequestFlags.afterKeyID {
            map[key] = outer.flags[keyPath: path].map { .bool($0) }
        }
        map[Key.flowSpec] = outer.flowSpec
        map[Key.datasourceName] = outer.datasourceName.map { .string($0) }
        return try outer.generation.pack(.map(map))
    }
}
