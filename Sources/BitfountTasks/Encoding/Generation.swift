// SPDX-License-Identifier: Apache-2.0

/// How a peer packs every value it sends: bodies, task requests and the parts inside them (bitfount-protocol.md, 0.3).
///
/// The generation of a task request is the generation of its modeller. Answers must use the same one, because a modeller
/// never converts.
public enum Generation: String, Sendable, Hashable, Codable, CaseIterable {
    /// MessagePack. SDK versions before 11.0.0.
    case g1
    /// MessagePack inside one Zstandard frame. SDK versions from 11.0.0.
    case g2
}
