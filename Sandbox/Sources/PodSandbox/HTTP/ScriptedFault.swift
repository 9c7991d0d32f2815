// SPDX-License-Identifier: Apache-2.0

/// Thrown by a handler that was told to go wrong for this one request; the middleware commits the fault.
struct ScriptedFault: Error, Sendable {
    let fault: Fault
}
