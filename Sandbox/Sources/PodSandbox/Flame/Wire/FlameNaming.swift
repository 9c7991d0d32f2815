// SPDX-License-Identifier: Apache-2.0

/// Spells names for a release: camel case inside the stand-in, snake case on the wire of hub 0.8.
enum FlameNaming {
    static func snake(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase { result += "_" }
            result += character.lowercased()
        }
        return result
    }

    static func camel(_ name: String) -> String {
        let words = name.split(separator: "_", omittingEmptySubsequences: false)
        return words.dropFirst().reduce(into: String(words.first ?? "")) { result, word in
            result += word.prefix(1).uppercased() + word.dropFirst()
        }
    }
}

extension FlameResource {
    /// The field's name on the wire.
    func wireName(_ name: String, _ release: FlameRelease) -> String {
        release.isOld ? oldNames[name] ?? FlameNaming.snake(name) : name
    }

    /// The field with that name on the wire; nil if the release does not use such a name.
    func fieldName(_ wireName: String, _ release: FlameRelease) -> String? {
        guard release.isOld else { return wireName }
        if let renamed = oldNames.first(where: { $0.value == wireName }) { return renamed.key }
        let name = FlameNaming.camel(wireName)
        return oldNames[name] == nil && FlameNaming.snake(name) == wireName ? name : nil
    }
}
