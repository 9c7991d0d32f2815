// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Registration, heartbeat and files of each dataset, as last seen.
public final class DatasetStates: Sendable {
    private struct Entry {
        var status: StatusReport.Dataset
        var fingerprint: DatasetFingerprint?
        var schema: String?
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Starts with nothing registered.
    public init() {}

    /// The datasets whose registration the Hub has taken, by identifier.
    public var registered: Set<String> {
        entries.withLock { Set($0.values.lazy.filter { $0.status.registeredAt != nil }.map(\.status.identifier)) }
    }

    /// The names of the registered datasets, without their owner.
    var registeredNames: [String] {
        registered.map { String($0.drop { $0 != "/" }.dropFirst()) }.sorted()
    }

    /// Whether a dataset is not registered, or its files have changed since.
    func needsRegistration(_ identifier: String, _ fingerprint: DatasetFingerprint) -> Bool {
        entries.withLock { $0[identifier]?.fingerprint != fingerprint }
    }

    /// The hash of the schema that the Hub has taken.
    func registeredSchema(of identifier: String) -> String? {
        entries.withLock { $0[identifier]?.schema }
    }

    /// The Hub took a registration.
    func registered(_ identifier: String, _ fingerprint: DatasetFingerprint, schema: String, at date: Date) {
        update(identifier) { entry in
            entry.status.registeredAt = date
            entry.status.problem = nil
            entry.fingerprint = fingerprint
            entry.schema = schema
        }
    }

    /// The Hub took a heartbeat.
    func heartbeat(_ identifier: String, at date: Date) {
        update(identifier) { entry in
            entry.status.lastHeartbeat = date
            entry.status.problem = nil
        }
    }

    /// A registration or heartbeat failed.
    func failed(_ identifier: String, _ problem: String) {
        update(identifier) { $0.status.problem = problem }
    }

    /// Somebody looked at the files.
    func looked(_ identifier: String, _ source: DatasetSource) {
        update(identifier) { $0.status.source = source }
    }

    /// How the files are.
    func source(of identifier: String) -> DatasetSource {
        entries.withLock { $0[identifier]?.status.source ?? .pending }
    }

    /// All datasets, by identifier.
    func snapshot() -> [StatusReport.Dataset] {
        entries.withLock { $0.values.map(\.status).sorted { $0.identifier < $1.identifier } }
    }

    private func update(_ identifier: String, _ change: (inout Entry) -> Void) {
        entries.withLock { entries in
            change(&entries[identifier, default: Entry(status: StatusReport.Dataset(identifier: identifier))])
        }
    }
}
