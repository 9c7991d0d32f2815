// SPDX-License-Identifier: Apache-2.0

extension FlameState {
    /// The records of a page, and how many there are on all pages.
    ///
    /// - Parameter isVisible: Which records may be seen; nil for all.
    func select(
        _ query: FlameQuery,
        from resource: FlameResource,
        where isVisible: ((FlameRow) -> Bool)?
    ) -> (rows: [FlameRow], total: Int) {
        guard let table = tables[resource.name] else { return ([], 0) }
        var (places, allPass) = candidates(query.filter, in: table)
        if !allPass || isVisible != nil {
            places = places.filter { place in
                guard let row = table[place: place], query.filter.passes(row, in: resource, self) else { return false }
                return isVisible?(row) ?? true
            }
        }
        let end = query.offset > places.count ? places.count : min(query.offset + query.limit, places.count)
        let first = order(places, by: query.sort, in: table, atLeast: end)
        return (first[min(query.offset, end)..<end].compactMap { table[place: $0] }, places.count)
    }

    /// The places of all records that a filter may let pass, as few as the indexes make it, and whether it lets all of
    /// them pass.
    private func candidates(_ filter: FlameFilter, in table: FlameTable) -> (places: [Int], allPass: Bool) {
        let lists = filter.required.compactMap { table.places($0.field, in: $0.values) }
        guard let shortest = lists.min(by: { $0.count < $1.count }) else { return (Array(table.allPlaces), false) }
        return (shortest, filter.isSingleTest)
    }

    /// The places in order, or at least the first `count` of them.
    private func order(_ places: [Int], by sort: [FlameSort], in table: FlameTable, atLeast count: Int) -> [Int] {
        guard let key = sort.first else { return places }
        // Records are made in the order of their places.
        if key.key == "createdAt" { return key.isDescending ? places.reversed() : places }
        if sort.count == 1, key.key == "updatedAt" {
            var keyed = places.map { (key: table[place: $0]?.updatedAt ?? 0, place: $0) }
            let isBefore: ((key: Int64, place: Int), (key: Int64, place: Int)) -> Bool =
                key.isDescending
                ? { ($1.key, $0.place) < ($0.key, $1.place) } : { ($0.key, $0.place) < ($1.key, $1.place) }
            keyed.arrange(first: count, by: isBefore)
            return keyed.map(\.place)
        }
        var keyed = places.map { place in (keys: sort.map { table[place: place]?[$0.key] ?? .null }, place: place) }
        keyed.arrange(first: count) { first, second in
            for (number, key) in sort.enumerated() where first.keys[number] != second.keys[number] {
                return Self.isBefore(first.keys[number], second.keys[number]) != key.isDescending
            }
            return first.place < second.place
        }
        return keyed.map(\.place)
    }

    private static func isBefore(_ first: JSONValue, _ second: JSONValue) -> Bool {
        switch (first, second) {
        case (.null, _): second != .null
        case (.string(let first), .string(let second)): first < second
        case (.integer(let first), .integer(let second)): first < second
        case (.bool(let first), .bool(let second)): !first && second
        default: false
        }
    }
}

extension Array {
    /// Brings the first `count` elements into order; the others may be missing afterwards.
    fileprivate mutating func arrange(first count: Int, by isBefore: (Element, Element) -> Bool) {
        guard count < self.count / 8 else { return sort(by: isBefore) }
        var best: [Element] = []
        best.reserveCapacity(count + 1)
        for element in self {
            if best.count == count {
                guard let last = best.last, isBefore(element, last) else { continue }
                best.removeLast()
            }
            var (low, high) = (0, best.count)
            while low < high {
                let middle = (low + high) / 2
                if isBefore(best[middle], element) { low = middle + 1 } else { high = middle }
            }
            best.insert(element, at: low)
        }
        self = best
    }
}
