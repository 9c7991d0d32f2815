// SPDX-License-Identifier: Apache-2.0

/// What the Access Manager answers to checks of one modeller, instead of deciding by itself.
package enum ScriptedVerdict: Sendable, Equatable {
    /// This code, with these usage limits (bitfount-protocol.md, 4.3 and 4.4).
    case code(String, limits: [JSONValue]? = nil)
    /// An object without a code.
    case noCode
    /// Something else than it should be.
    case fault(Fault)
}
