// SPDX-License-Identifier: Apache-2.0

package import GRPCCore

/// What the message service does wrong on purpose.
package enum CallFault: Sendable {
    /// Fails with this code, without doing what was asked.
    case status(RPCError.Code)
    /// Waits, then does what was asked.
    case delay(Duration)
    /// Does what was asked and fails with this code all the same.
    case lostAnswer(RPCError.Code)
    /// Closes the caller's connection without doing what was asked.
    case dropConnection
}
