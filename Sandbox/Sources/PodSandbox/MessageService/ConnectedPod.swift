// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A pod that called `PodConnect`.
package struct ConnectedPod: Sendable, Hashable {
    /// The username of whoever connected it.
    package let owner: String
    /// The pod's name, which is also the id of its mailbox.
    package let name: String
    /// The datasets it serves.
    package let datasetNames: [String]
    /// The installation; pods of old SDKs have none.
    package let instanceID: String?
    /// When it connected last.
    package let connectedAt: Date
}
