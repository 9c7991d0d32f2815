// SPDX-License-Identifier: Apache-2.0

public import StateStore

/// The result of a query, read in small steps while it is iterated.
public struct AuditEntries: AsyncSequence, Sendable {
    /// One entry.
    public typealias Element = RecordedEntry
    /// What reading can fail with.
    public typealias Failure = StoreError

    let reader: AuditReader
    let query: AuditQuery

    /// Starts reading.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(reader: reader, query: query)
    }

    /// Reads step by step.
    public struct AsyncIterator: AsyncIteratorProtocol {
        /// How many entries are read, and held, at once.
        private static let step = 256

        private let reader: AuditReader
        private let query: AuditQuery
        private var page: ArraySlice<RecordedEntry> = []
        private var position: QueryPosition?
        private var wanted: Int

        fileprivate init(reader: AuditReader, query: AuditQuery) {
            self.reader = reader
            self.query = query
            wanted = query.limit ?? .max
        }

        /// The next entry, or nil after the last.
        ///
        /// - Throws: ``StoreError``; ``StoreError/Code/damaged`` names an entry that can't be read.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(StoreError) -> RecordedEntry? {
            while page.isEmpty, wanted > 0, position?.remaining.isEmpty != true {
                try await readPage(isolation: actor)
            }
            return page.popFirst()
        }

        private mutating func readPage(isolation: isolated (any Actor)?) async throws(StoreError) {
            let count = Swift.min(Self.step, wanted)
            let (query, position) = (query, position)
            let (entries, next) = try await reader.read("the audit log was being read") { db in
                var position = try position ?? QueryPosition(query, in: db)
                return (try position.read(count: count, in: db), position)
            }
            page = entries[...]
            wanted -= entries.count
            self.position = next
        }
    }
}
