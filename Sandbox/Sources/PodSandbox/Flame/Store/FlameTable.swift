// SPDX-License-Identifier: Apache-2.0

/// The records of one collection, in the order in which they were made.
struct FlameTable: Sendable {
    let resource: FlameResource
    private(set) var count = 0
    /// A place stays empty once its record is deleted.
    private var places: [FlameRow?] = []
    private var placeByID: [String: Int] = [:]
    /// The places of records by the values of indexed fields, ascending.
    private var indexes: [String: [JSONValue: [Int]]]
    private var uniques: [[[JSONValue]: Int]]

    init(_ resource: FlameResource) {
        self.resource = resource
        indexes = Dictionary(uniqueKeysWithValues: resource.indexed.map { ($0, [:]) })
        uniques = resource.uniqueKeys.map { _ in [:] }
    }

    subscript(id: String) -> FlameRow? {
        placeByID[id].flatMap { places[$0] }
    }

    subscript(place place: Int) -> FlameRow? { places[place] }

    /// All places, those of deleted records as well.
    var allPlaces: Range<Int> { places.indices }

    /// The places of the records whose indexed field has one of these values, ascending; nil if there is no such index.
    func places(_ field: String, in values: [JSONValue]) -> [Int]? {
        guard let index = indexes[field] else { return nil }
        if values.count == 1 { return index[values[0]] ?? [] }
        return Set(values).flatMap { index[$0] ?? [] }.sorted()
    }

    /// The records whose indexed field has this value.
    func rows(_ field: String, _ value: JSONValue) -> [FlameRow] {
        (places(field, in: [value]) ?? places.indices.filter { places[$0]?[field] == value }).compactMap { places[$0] }
    }

    func rows(_ field: String, _ id: String) -> [FlameRow] { rows(field, .string(id)) }

    /// All records.
    var rows: [FlameRow] { places.compactMap(\.self) }

    /// Whether a record with these values would break a unique key.
    func isTaken(_ values: [String: JSONValue], except id: String? = nil) -> Bool {
        zip(resource.uniqueKeys, uniques).contains { names, taken in
            guard let place = Self.key(names, values).flatMap({ taken[$0] }) else { return false }
            return places[place]?.id != id
        }
    }

    mutating func insert(_ row: FlameRow) {
        let place = places.count
        places.append(row)
        placeByID[row.id] = place
        count += 1
        enter(row, at: place)
    }

    mutating func replace(_ row: FlameRow) {
        guard let place = placeByID[row.id], let old = places[place] else { return }
        for name in resource.indexed where old[name] != row[name] {
            leave(name, old[name], place)
            enter(name, row[name], place)
        }
        for (number, names) in resource.uniqueKeys.enumerated() {
            if let key = Self.key(names, old.values) { uniques[number][key] = nil }
            if let key = Self.key(names, row.values) { uniques[number][key] = place }
        }
        places[place] = row
    }

    mutating func remove(_ id: String) {
        guard let place = placeByID.removeValue(forKey: id), let row = places[place] else { return }
        for name in resource.indexed { leave(name, row[name], place) }
        for (number, names) in resource.uniqueKeys.enumerated() {
            if let key = Self.key(names, row.values) { uniques[number][key] = nil }
        }
        places[place] = nil
        count -= 1
    }

    private mutating func enter(_ row: FlameRow, at place: Int) {
        for name in resource.indexed { enter(name, row[name], place) }
        for (number, names) in resource.uniqueKeys.enumerated() {
            if let key = Self.key(names, row.values) { uniques[number][key] = place }
        }
    }

    private mutating func enter(_ name: String, _ value: JSONValue, _ place: Int) {
        // New records come behind all others.
        guard let last = indexes[name]?[value]?.last, place < last else {
            indexes[name]?[value, default: []].append(place)
            return
        }
        // The position first, so that the list is not copied for being changed.
        let position = Self.position(of: place, in: indexes[name]?[value] ?? [])
        indexes[name]?[value]?.insert(place, at: position)
    }

    private mutating func leave(_ name: String, _ value: JSONValue, _ place: Int) {
        let position = Self.position(of: place, in: indexes[name]?[value] ?? [])
        indexes[name]?[value]?.remove(at: position)
        if indexes[name]?[value]?.isEmpty == true { indexes[name]?[value] = nil }
    }

    /// Where a place is in an ascending list, or would be.
    private static func position(of place: Int, in list: [Int]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The values of a unique key; nil if one is null, which is never taken.
    private static func key(_ names: [String], _ values: [String: JSONValue]) -> [JSONValue]? {
        let key = names.map { values[$0] ?? .null }
        return key.contains(.null) ? nil : key
    }
}
