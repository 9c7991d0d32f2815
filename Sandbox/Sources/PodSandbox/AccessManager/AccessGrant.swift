// SPDX-License-Identifier: Apache-2.0

/// A permission for a modeller to use a dataset.
package struct AccessGrant: Sendable, Hashable {
    /// The modeller's username.
    package let modeller: String
    /// The dataset's identifier.
    package let podIdentifier: String
    /// The project that it holds in; nil outside projects.
    package let projectID: String?
    /// The protocols it covers, by class name; nil for all.
    package let protocols: Set<String>?

    /// A permission.
    package init(modeller: String, podIdentifier: String, projectID: String? = nil, protocols: Set<String>? = nil) {
        self.modeller = modeller
        self.podIdentifier = podIdentifier
        self.projectID = projectID
        self.protocols = protocols
    }
}
