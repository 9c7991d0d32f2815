// SPDX-License-Identifier: Apache-2.0

/// What the Hub made of the source of a model.
public struct ModelUpload: Sendable, Equatable {
    /// The version that it got.
    public let version: Int
    /// Whether there was a version before.
    public let alreadyExisted: Bool
}
