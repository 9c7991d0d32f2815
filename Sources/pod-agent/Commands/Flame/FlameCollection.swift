// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FlameHub

/// A resource of the Hub on the command line. Which operations it has follows from its type.
protocol FlameCollection: SendableMetatype {
    associatedtype Record: HubRecord

    /// What it is, for the help.
    static var abstract: String { get }
    /// The fields that people see in a list, by their wire names.
    static var columns: [String] { get }
    /// The commands that every resource of its kind has.
    static var operations: [any ParsableCommand.Type] { get }
    /// The commands that only this one has.
    static var ownCommands: [any ParsableCommand.Type] { get }
    /// The resource itself.
    static func resource(_ session: FlameSession) -> Resource<Record>
}

extension FlameCollection {
    static var ownCommands: [any ParsableCommand.Type] { [] }
    static var operations: [any ParsableCommand.Type] { [FlameList<Self>.self, FlameGet<Self>.self] }
}

extension FlameCollection where Record: Deletable {
    static var operations: [any ParsableCommand.Type] {
        [FlameList<Self>.self, FlameGet<Self>.self, FlameDelete<Self>.self]
    }
}

extension FlameCollection where Record: Creatable & Deletable {
    static var operations: [any ParsableCommand.Type] {
        [FlameList<Self>.self, FlameGet<Self>.self, FlameCreate<Self>.self, FlameDelete<Self>.self]
    }
}

extension FlameCollection where Record: Creatable & Updatable & Deletable {
    static var operations: [any ParsableCommand.Type] {
        [
            FlameList<Self>.self, FlameGet<Self>.self, FlameCreate<Self>.self, FlameUpdate<Self>.self,
            FlameDelete<Self>.self,
        ]
    }
}

/// `pod-agent flame RESOURCE`
struct FlameResource<Collection: FlameCollection>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Collection.Record.collection,
            abstract: Collection.abstract,
            subcommands: Collection.operations + Collection.ownCommands
        )
    }
}
