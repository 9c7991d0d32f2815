// SPDX-License-Identifier: Apache-2.0

/// The words of a query that one collection knows (flame-hub.md, 3.3 and 3.5).
struct FlameVocabulary: Sendable {
    let resource: FlameResource
    let release: FlameRelease
    /// The relations that are embedded.
    let included: [FlameRelation]
    private let saysInclude: Bool

    init(resource: FlameResource, release: FlameRelease, include: String?) {
        self.resource = resource
        self.release = release
        saysInclude = include != nil
        included = Self.words(include).compactMap { word in
            resource.fieldName(word, release).flatMap(resource.relation)
        }
    }

    /// The key to filter by; nil if it is not on the list.
    func filterKey(_ word: String) -> FlameKey? {
        let segments = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if segments.count == 1 {
            return resource.fieldName(word, release)
                .flatMap { resource.filterKeys.contains($0) ? FlameKey(relation: nil, field: $0) : nil }
        }
        guard segments.count == 2, let name = resource.fieldName(segments[0], release),
            let relation = resource.relation(name), !saysInclude || included.contains(where: { $0.name == name }),
            let target = FlameSchema.resources(of: release)[relation.target],
            let field = target.fieldName(segments[1], release), target.filterKeys.contains(field),
            !release.isOld || FlameSchema.oldDottedKeys.contains(word)
        else { return nil }
        return FlameKey(relation: name, field: field)
    }

    func sort(_ text: String?) -> [FlameSort] {
        let asked = Self.words(text).compactMap { word -> FlameSort? in
            let isDescending = word.hasPrefix("-")
            guard let name = resource.fieldName(String(word.drop { $0 == "-" }), release),
                resource.sortKeys.contains(name)
            else { return nil }
            return FlameSort(name, descending: isDescending)
        }
        return asked.isEmpty ? resource.defaultSort.map { [$0] } ?? [] : asked
    }

    /// The fields that are answered, and those among them that are sent only on demand.
    func fields(_ text: String?) -> (all: Set<String>, extra: Set<String>) {
        let times = ["createdAt", "updatedAt"]
        let standard = Set(resource.shownFields.filter { !$0.isExtra }.map(\.name) + times)
        let known = Set(resource.shownFields.map(\.name) + times)
        let words = Self.words(text)
        func names(_ words: [String]) -> Set<String> {
            Set(words.compactMap { resource.fieldName($0, release) }).intersection(known)
        }
        let added = names(words.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
        let replacing = names(words.filter { !$0.hasPrefix("+") })
        let all = (replacing.isEmpty ? standard : replacing).union(added)
        return (all, all.subtracting(standard))
    }

    private static func words(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map(String.init)
    }
}
