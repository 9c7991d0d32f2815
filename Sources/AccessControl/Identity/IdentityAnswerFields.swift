import MessagePack

/// The fields of an identity answer, once it is known that it has exactly those it should have.
struct IdentityAnswerFields {
    private let map: MessagePackMap

    /// `nil` unless `value` is a map with exactly these keys.
    init?(_ value: MessagePackValue, keys: Set<String>) {
        guard let map = value.mapValue, map.keys.count == keys.count, Set(map.keys) == keys else { return nil }
        self.map = map
    }

    /// A text that is neither empty nor longer than allowed.
    func text(_ key: String, _ limits: IdentityLimits) -> String? {
        guard let text = map[key]?.stringValue, (1...limits.maximumFieldBytes).contains(text.utf8.count) else {
            return nil
        }
        return text
    }

    /// A whole number.
    func integer(_ key: String) -> Int? {
        guard case .int(let number)? = map[key] else { return nil }
        return Int(exactly: number)
    }
}
