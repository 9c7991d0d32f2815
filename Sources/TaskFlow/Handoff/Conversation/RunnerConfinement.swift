// SPDX-License-Identifier: Apache-2.0

import Cryptography
import StrictJSON

/// How a runner found itself confined before it imported anything or saw a task.
///
/// It guards against a sandbox that was set up wrongly, not against a runner that lies.
struct RunnerConfinement: Sendable, Equatable {
    /// What a runner must not be able to do, unless the data owner allows it.
    enum Requirement: String, Sendable, CaseIterable {
        /// There is no way out to a network.
        case network = "network"
        /// None of the paths that it was told can be read.
        case readable = "readable"
        /// Nothing of the system can be written.
        case writable = "writable"
        /// It can gain no privileges, and has none.
        case privileges = "privileges"
        /// Its memory is limited.
        case memory = "memory"
    }

    private let fields: JSONObject

    init(_ fields: JSONObject) {
        self.fields = fields
    }

    /// What is not as it must be, a missing value included.
    var shortcomings: Set<Requirement> {
        var found: Set<Requirement> = []
        if fields["network"]?.boolValue != false { found.insert(.network) }
        if fields["readable"]?.arrayValue?.isEmpty != true { found.insert(.readable) }
        if fields["writable"]?.arrayValue?.isEmpty != true { found.insert(.writable) }
        if fields["no_new_privs"]?.boolValue != true || fields["capabilities"]?.boolValue != false {
            found.insert(.privileges)
        }
        if fields["memory_bytes"]?.intValue.map({ $0 > 0 }) != true { found.insert(.memory) }
        return found
    }

    /// SHA-256 of the confinement as JSON with sorted keys, in lower-case hexadecimal; `nil` if it has no JSON form.
    var sha256: String? {
        (try? JSONValue.object(fields).serialized(keyOrder: .sorted)).map { Hex.encode(SHA256.hash($0)) }
    }
}
