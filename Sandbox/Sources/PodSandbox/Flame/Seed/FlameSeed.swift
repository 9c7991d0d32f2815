// SPDX-License-Identifier: Apache-2.0

/// What a Hub has in the beginning, and the ids and credentials to use it.
///
/// There are the realms `master`, `hospital` (of the data owner) and `research` (of the researcher), the node of the
/// data owner, a node that aggregates, a project in which both take part and which the data owner has approved, one
/// that they have not decided about, and analyses of the first project.
package struct FlameSeed: Sendable {
    /// How much there is in the beginning.
    package struct Size: Sendable {
        /// How many analyses the node takes part in. Most are finished; of the last ones some run and some are undecided.
        package var analyses = 12

        /// A few.
        package init() {}
    }

    /// Somebody who signs in.
    package struct Account: Sendable {
        /// The id of the user, client or robot.
        package let id: String
        /// The name that a user signs in with.
        package let name: String
        /// The password or secret.
        package let secret: String
        /// The name of the realm that they are in.
        package let realm: String
    }

    /// The node of the data owner.
    package struct Node: Sendable {
        /// Its id.
        package let id: String
        /// Its name.
        package let name: String
        /// Its client, or its robot at hub 0.8.
        package let account: Account
    }

    /// May do everything.
    package let admin: Account
    /// A user of the node's realm who may approve and set the node's public key.
    package let owner: Account
    /// A user of another realm who makes projects and analyses.
    package let researcher: Account
    /// The data owner's node.
    package let node: Node
    /// A node of the researcher's realm that aggregates.
    package let aggregator: Node
    /// The id of the project that the data owner approved.
    package let project: String
    /// The id of the project that the data owner has not decided about.
    package let undecidedProject: String
    /// The id of the registry.
    package let registry: String
    /// The id of the master image `python/base`.
    package let masterImage: String
}
