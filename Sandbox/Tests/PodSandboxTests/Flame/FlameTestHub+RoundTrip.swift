// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Testing

extension FlameTestHub {
    /// Creates, finds, gets, changes and deletes a record with the typed client.
    func roundTrip<Record: Creatable & Updatable & Deletable>(
        _ resource: Resource<Record>,
        _ draft: Record.Draft,
        change: (inout Record.Changes) -> Void,
        isChanged: (Record) -> Bool
    ) async throws {
        let made = try await resource.create(draft)
        #expect(try await resource.get(made.id) != nil)
        #expect(try await resource.count() > 0)
        #expect(!isChanged(made))
        let changed = try await resource.update(made.id, change)
        #expect(isChanged(changed))
        let got = try await resource.get(made.id, include: .all)
        #expect(got.map(isChanged) == true)
        try await resource.delete(made.id)
        #expect(try await resource.get(made.id) == nil)
        await expect(.notFound) { try await resource.delete(made.id) }
    }

    /// The same for a record that is never changed, such as one that gives a permission.
    func roundTrip<Record: Creatable & Deletable>(
        _ resource: Resource<Record>,
        _ draft: Record.Draft,
        filter: Filter<Record>
    ) async throws {
        let made = try await resource.create(draft)
        await expect(.conflict) { _ = try await resource.create(draft) }
        let found = try await resource.find(filter: filter, include: .all)
        #expect(found.map(\.id) == [made.id])
        try await resource.delete(made.id)
        #expect(try await resource.get(made.id) == nil)
    }

    func expect(_ code: FlameHubError.Code, _ action: () async throws -> Void) async {
        do {
            try await action()
            Issue.record("nothing was refused; expected \(code)")
        } catch {
            #expect((error as? FlameHubError)?.code == code, "\(error)")
        }
    }

    func id<Record>(_ text: String) throws -> HubID<Record> {
        try #require(HubID<Record>(text))
    }
}
