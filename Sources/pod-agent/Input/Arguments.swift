// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
public import ArgumentParser
public import Bitfount
public import FlameHub
public import FlameNode

// How values of the libraries are written on the command line.

extension PodIdentifier: ExpressibleByArgument {
    /// Reads `owner/name`.
    public init?(argument: String) {
        try? self.init(argument)
    }
}

extension HubID: ExpressibleByArgument {
    /// Reads an id; `nil` if the text is not a UUID.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension LogLevel: ExpressibleByArgument {
    /// Reads a level; `nil` if there is no such one.
    public init?(argument: String) {
        self.init(rawValue: argument)
        guard isKnown else { return nil }
    }
}

extension MonitorUpdate.Privacy: ExpressibleByArgument {}
extension AnalysisCommand: ExpressibleByArgument {}
extension RegistryCommand: ExpressibleByArgument {}
extension FlameAction.Subject: ExpressibleByArgument {}
