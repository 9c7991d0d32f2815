// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import GRPCCore

/// A call as it arrived at the message service.
package struct RecordedCall: Sendable {
    /// When it arrived.
    package let at: Date
    /// The method's name, such as `GetBitfountMessage`.
    package let method: String
    /// The user whose credentials came with it; nil when they are no good.
    package let caller: String?
    /// The code it failed with; nil for success.
    package let failure: RPCError.Code?
}
