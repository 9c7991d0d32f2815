// SPDX-License-Identifier: Apache-2.0

/// What the Hub made of a registration.
public struct PodRegistration: Sendable, Equatable {
    /// The identifier under which the dataset is registered; its name may have been cut.
    public let identifier: PodIdentifier
    /// Whether it was known already and has been updated.
    public let alreadyExisted: Bool
}
