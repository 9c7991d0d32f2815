// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Agent {
    /// The id of this installation, which is made at the first use and kept in the state directory.
    ///
    /// - Throws: ``AgentFailure`` if it can't be read or written.
    public static func instanceID(
        _ configuration: AgentConfiguration,
        environment: [String: String]
    ) throws -> String {
        let state = try StateDirectory(configuration.stateDirectory)
        return try InstanceID.load(from: state.url, environment: environment).uuidString.lowercased()
    }
}
