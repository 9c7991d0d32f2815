// SPDX-License-Identifier: Apache-2.0

/// All requests that reached one stand-in, for tests and scenarios to look at and to wait for.
package final class RequestLog: Sendable {
    struct Entries: Sendable {
        /// The number of the first request that is still kept.
        var firstNumber = 0
        var kept: [RecordedRequest] = []
    }

    /// More requests than this are not kept; the oldest go first.
    static let capacity = 10_000

    private let entries = Observed(Entries())

    init() {}

    /// How many requests have come, those that are not kept any more as well.
    package var total: Int { entries.read { $0.firstNumber + $0.kept.count } }

    /// The requests so far, oldest first; `method` and `path` narrow them down.
    package func requests(method: String? = nil, path: String? = nil) -> [RecordedRequest] {
        entries.read { Self.matching($0.kept, method, path) }
    }

    /// The requests from that number on, as far as they are still kept; the first is number 0.
    func requests(from number: Int) -> [RecordedRequest] {
        entries.read { Array($0.kept.dropFirst(max(0, number - $0.firstNumber))) }
    }

    /// Waits until at least `count` requests with that method and path have been answered, and returns them.
    @discardableResult
    package func waitForRequests(
        _ count: Int = 1,
        method: String? = nil,
        path: String? = nil,
        atMost limit: Duration = .seconds(20)
    ) async throws -> [RecordedRequest] {
        try await within(limit, "\(count) × \(method ?? "request") \(path ?? "")") { [entries] in
            try await entries.first { entries in
                let found = Self.matching(entries.kept, method, path).filter { $0.status != nil }
                return found.count >= count ? found : nil
            }
        }
    }

    /// Waits until more than `count` requests with that method have arrived, answered or not.
    package func waitForArrival(
        after count: Int,
        method: String,
        atMost limit: Duration = .seconds(20)
    ) async throws {
        try await within(limit, "another \(method)") { [entries] in
            try await entries.wait { Self.matching($0.kept, method, nil).count > count }
        }
    }

    private static func matching(_ all: [RecordedRequest], _ method: String?, _ path: String?) -> [RecordedRequest] {
        all.filter { (method == nil || $0.method == method) && (path == nil || $0.path == path) }
    }

    func append(_ request: RecordedRequest) -> Int {
        entries.change { entries in
            entries.kept.append(request)
            if entries.kept.count > Self.capacity {
                let surplus = Self.capacity / 10
                entries.kept.removeFirst(surplus)
                entries.firstNumber += surplus
            }
            return entries.firstNumber + entries.kept.count - 1
        }
    }

    func answered(_ number: Int, status: Int) {
        entries.change { entries in
            let index = number - entries.firstNumber
            if entries.kept.indices.contains(index) { entries.kept[index].status = status }
        }
    }
}
