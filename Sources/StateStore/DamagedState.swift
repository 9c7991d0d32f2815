// SPDX-License-Identifier: Apache-2.0

package import GRDB
import SystemFiles

/// Reads what can still be read of a state database that can't be opened any more. Never writes to it, and never fails.
package struct DamagedState: Sendable {
    let file: StoreFile

    package init(path: String) {
        file = StoreFile(path: path)
    }

    /// Runs `body` on the file; `nil` if that fails.
    @discardableResult
    package func read<Value>(_ body: (Database) throws -> Value) -> Value? {
        var configuration = StoreConnection.shared()
        configuration.readonly = true
        guard let queue = try? DatabaseQueue(path: file.path, configuration: configuration) else { return nil }
        defer { try? queue.close() }
        return try? queue.unsafeRead(body)
    }

    /// Sets the database and the files of SQLite beside it aside, under names that tell when.
    ///
    /// - Parameter salvage: Reads what must not be lost, while the lock keeps an agent from adding to it.
    /// - Returns: The new names, and what was read.
    /// - Throws: ``StoreError/Code/alreadyOpen`` if an agent is running.
    package func setAside<Salvaged>(
        _ environment: StoreEnvironment,
        salvaging salvage: (DamagedState) -> Salvaged
    ) throws(StoreError) -> (files: [String], salvaged: Salvaged) {
        let lock = try file.lock()
        defer { lock.release() }
        let salvaged = salvage(self)
        return (try file.setAside(at: environment.milliseconds), salvaged)
    }
}
