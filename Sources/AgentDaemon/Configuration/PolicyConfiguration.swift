// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import OwnerPolicy
import SystemFiles

/// Where the owner's rules about tasks stand.
public struct PolicyConfiguration: Sendable {
    /// The policy file; `nil` where the Access Manager alone decides.
    public var file: URL?

    init(_ section: ConfigurationSection, paths: ConfigurationPaths) throws(ConfigurationError) {
        file = try section.value("file", expected: "a path", parse: paths.resolve)
        try section.finish()
    }

    /// Reads the policy file.
    ///
    /// - Returns: `nil` where none is configured.
    /// - Throws: ``PolicyFileError``.
    public func load() throws(PolicyFileError) -> Policy? {
        guard let file else { return nil }
        return try Policy(contentsOf: file)
    }
}

extension Policy {
    /// Reads a policy file.
    ///
    /// - Throws: ``PolicyFileError``, also for a file that can't be read.
    public init(contentsOf file: URL) throws(PolicyFileError) {
        let bytes: [UInt8]
        do {
            // One byte more than a policy may have shows that there is more.
            bytes = Array(try ReadableFile(file).read(Self.maximumBytes + 1))
        } catch {
            throw PolicyFileError(faults: [
                ConfigurationError(source: file.path, problem: "the policy file can't be read")
            ])
        }
        do throws(PolicyFaults) {
            try self.init(bytes)
        } catch {
            throw PolicyFileError(
                faults: error.faults.map {
                    ConfigurationError(source: file.path, line: $0.line, key: $0.key, problem: $0.problem)
                }
            )
        }
    }
}

/// Why a policy file is not put in force: all that is wrong with it.
public struct PolicyFileError: Error, Sendable, CustomStringConvertible {
    /// The faults with file, line and key; at least one.
    public let faults: [ConfigurationError]

    /// The first fault, and how many more there are.
    public var description: String {
        let first = faults.first?.description ?? ""
        return faults.count > 1 ? "\(first) (and \(faults.count - 1) more)" : first
    }
}
