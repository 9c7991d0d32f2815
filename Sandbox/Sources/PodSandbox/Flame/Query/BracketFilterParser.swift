// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads `filter[key]=value` (flame-hub.md, 3.2 and 3.3).
struct BracketFilterParser {
    let words: FlameVocabulary

    func filter(_ items: [RecordedRequest.Pair]) throws(FlameRefusal) -> FlameFilter {
        var tests: [FlameFilter] = []
        for item in items {
            let key = item.name.dropFirst("filter[".count).dropLast()
            let segments = key.split(separator: ".")
            guard !segments.contains(where: { ["__proto__", "constructor", "prototype"].contains($0) }) else {
                throw .badRequest("The key \(key) is not allowed.")
            }
            guard let key = words.filterKey(String(key)), let test = test(item.value) else { continue }
            tests.append(.test(key, test))
        }
        return .all(tests)
    }

    /// The test that a value stands for; nil if it stands for none, and the condition is dropped.
    private func test(_ value: String) -> FlameTest? {
        var text = value.trimmingCharacters(in: .whitespaces)
        let negated = text.hasPrefix("!")
        if negated { text.removeFirst() }
        for sign in ["<=", ">=", "<", ">"] where text.hasPrefix(sign) {
            guard let bound = scalar(String(text.dropFirst(sign.count))) else { return nil }
            return FlameTest.Ordering(rawValue: sign).map { .ordered($0, bound) }
        }
        if let pattern = pattern(text, negated: negated) { return pattern }
        let parts = text.split(separator: ",").compactMap { scalar(String($0)) }
        let values = parts.filter { $0 != .null }
        guard !parts.isEmpty else { return nil }
        switch (values.isEmpty, negated) {
        case (true, false): return .isNull
        case (true, true): return .isNotNull
        case (false, false): return .isOne(of: values, orNull: parts.contains(.null))
        case (false, true): return .isNone(of: values)
        }
    }

    /// A tilde in front means *starts with* up to hub 0.12.4, and *ends with* since.
    private func pattern(_ text: String, negated: Bool) -> FlameTest? {
        let isInFront = text.hasPrefix("~")
        let isBehind = text.hasSuffix("~") && text.count > 1 && !words.release.isOld
        let wanted = text.dropFirst(isInFront ? 1 : 0).dropLast(isBehind ? 1 : 0)
        guard isInFront || isBehind, !wanted.isEmpty else { return nil }
        let place: FlameTest.Place =
            switch (isInFront, isBehind) {
            case (true, true): .anywhere
            case (false, _): .start
            case (true, false): words.release.isOld ? .start : .end
            }
        return .contains(String(wanted), place, negated: negated)
    }

    /// Words and numbers lose their text: `TRUE`, `null`, `007`.
    private func scalar(_ raw: String) -> JSONValue? {
        let text = raw.trimmingCharacters(in: .whitespaces)
        switch text.lowercased() {
        case "": return nil
        case "null": return .null
        case "true": return true
        case "false": return false
        default: break
        }
        // The first query library leaves numbers as they are.
        guard !words.release.isOld else { return .string(text) }
        if let number = Int64(text) { return .integer(number) }
        if text.lowercased().hasPrefix("0x"), let number = Int64(text.dropFirst(2), radix: 16) {
            return .integer(number)
        }
        guard let number = Double(text), number.isFinite else { return .string(text) }
        return Int64(exactly: number).map(JSONValue.integer) ?? .double(number)
    }
}
