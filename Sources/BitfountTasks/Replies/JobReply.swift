// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// The bodies that answer a task request, before they are sealed (bitfount-protocol.md, 9.6).
public enum JobReply {
    /// Accepts a task for the dataset it was addressed to. Goes with ``MessageType/jobAccept``.
    public static func accept(_ target: String) -> MessagePackValue {
        ["ACCEPT": .string(target)]
    }

    /// Refuses a task. Goes with ``MessageType/jobReject``.
    ///
    /// - Parameters:
    ///   - code: Why. A modeller of the first generation gets the nearest code that it knows.
    ///   - details: Fixed texts only: whoever sent the request can read them, identified or not.
    ///   - generation: The modeller's generation.
    public static func reject(
        _ code: RejectCode,
        details: [String] = [],
        generation: Generation
    ) -> MessagePackValue {
        .map([code.code(for: generation).rawValue: .array(details.map { .string($0) })])
    }
}
