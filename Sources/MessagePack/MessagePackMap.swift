// SPDX-License-Identifier: Apache-2.0

/// Values by text key, in the order of the wire.
///
/// Keys are told apart by their UTF-8 bytes. Equality and hash ignore the order, encoding keeps it.
public struct MessagePackMap: Sendable {
    fileprivate struct Entry: Sendable {
        let key: String
        var value: MessagePackValue
    }

    private var entries: [Entry] = []
    private var positions: [ExactText: Int] = [:]

    /// An empty map.
    public init() {}

    /// A map of the pairs in their order. Of pairs with the same key the last value is kept, at the first one's place.
    public init(_ pairs: some Sequence<(String, MessagePackValue)>) {
        for (key, value) in pairs {
            self[key] = value
        }
    }

    /// The value of a key; setting a new key puts it at the end, setting `nil` removes the key.
    ///
    /// To store MessagePack's nil, set ``MessagePackValue/null``.
    public subscript(key: String) -> MessagePackValue? {
        get {
            positions[ExactText(key)].map { entries[$0].value }
        }
        set {
            guard let newValue else {
                removeValue(forKey: key)
                return
            }
            if let position = positions[ExactText(key)] {
                entries[position].value = newValue
            } else {
                append(newValue, forKey: key)
            }
        }
    }

    /// The keys, in order.
    public var keys: [String] { entries.map(\.key) }

    /// How many keys there are.
    public var count: Int { entries.count }

    /// Whether there are no keys.
    public var isEmpty: Bool { entries.isEmpty }

    /// Removes a key and returns the value it had.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> MessagePackValue? {
        guard let position = positions.removeValue(forKey: ExactText(key)) else { return nil }
        let removed = entries.remove(at: position)
        for index in position..<entries.count {
            positions[ExactText(entries[index].key)] = index
        }
        return removed.value
    }

    /// Adds a key at the end; `false`, and no change, if it is there already.
    mutating func insert(_ value: MessagePackValue, forKey key: String) -> Bool {
        guard positions[ExactText(key)] == nil else { return false }
        append(value, forKey: key)
        return true
    }

    mutating func reserveCapacity(_ capacity: Int) {
        entries.reserveCapacity(capacity)
        positions.reserveCapacity(capacity)
    }

    private mutating func append(_ value: MessagePackValue, forKey key: String) {
        positions[ExactText(key)] = entries.count
        entries.append(Entry(key: key, value: value))
    }
}

extension MessagePackMap: Hashable {
    /// Whether both have the same keys with equal values, in any order.
    public static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds keys and values to the hasher, whatever their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for entry in entries {
            var inner = Hasher()
            inner.combine(ExactText(entry.key))
            inner.combine(entry.value)
            sum &+= inner.finalize()
        }
        hasher.combine(entries.count)
        hasher.combine(sum)
    }
}

extension MessagePackMap: Sequence {
    /// Goes through the pairs of a map in order.
    public struct Iterator: IteratorProtocol {
        private var entries: IndexingIterator<[Entry]>

        fileprivate init(_ entries: [Entry]) {
            self.entries = entries.makeIterator()
        }

        /// The next pair, or `nil` after the last.
        public mutating func next() -> (key: String, value: MessagePackValue)? {
            entries.next().map { ($0.key, $0.value) }
        }
    }

    /// The pairs, in order.
    public func makeIterator() -> Iterator {
        Iterator(entries)
    }
}

extension MessagePackMap: ExpressibleByDictionaryLiteral {
    /// A map of the pairs in their order; of equal keys the last value is kept.
    public init(dictionaryLiteral elements: (String, MessagePackValue)...) {
        self.init(elements)
    }
}
