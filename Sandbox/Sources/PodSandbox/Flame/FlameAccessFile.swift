// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A file that tells scripts how to use stand-ins of the FLAME Hub: addresses, accounts and ids.
package enum FlameAccessFile {
    /// Writes the file, readable by its owner only.
    ///
    /// - Parameter hubs: The Hubs by the names that they get in the file.
    package static func write(_ hubs: [String: SandboxFlameHub], to url: URL) throws {
        let text = try JSONValue.object(try hubs.mapValues(describe)).encoded()
        let isWritten = FileManager.default.createFile(
            atPath: url.path,
            contents: text,
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten else { throw SandboxError(.file, "\(url.path) can't be written") }
    }

    private static func describe(_ hub: SandboxFlameHub) throws -> JSONValue {
        let seed = hub.seed
        return [
            "release": .string(hub.release.rawValue), "url": .string(try hub.url.absoluteString),
            "auth_url": .string(try hub.authURL.absoluteString), "core_url": .string(try hub.coreURL.absoluteString),
            "storage_url": .string(try hub.storageURL.absoluteString),
            "admin": describe(seed.admin), "owner": describe(seed.owner), "researcher": describe(seed.researcher),
            "node": [
                "id": .string(seed.node.id), "name": .string(seed.node.name), "account": describe(seed.node.account),
            ],
            "aggregator": ["id": .string(seed.aggregator.id), "name": .string(seed.aggregator.name)],
            "project": .string(seed.project), "undecided_project": .string(seed.undecidedProject),
            "registry": .string(seed.registry), "master_image": .string(seed.masterImage),
        ]
    }

    private static func describe(_ account: FlameSeed.Account) -> JSONValue {
        [
            "id": .string(account.id), "name": .string(account.name), "secret": .string(account.secret),
            "realm": .string(account.realm),
        ]
    }
}
