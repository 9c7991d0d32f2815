// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TestSupport
import Testing

@testable import FlameHub

/// Whatever a query says, the Hub's grammar reads exactly that, or the query is refused.
@Suite struct QueryPropertyTests {
    private static let alphabet: [Character] = [
        "a", "B", "1", "0", "x", "e", ".", "-", "+", " ", ",", "!", "~", "<", ">", "=", "'", "(", ")", "%", "_", "é",
    ]
    private static let words = [
        "null", "TRUE", "false", "Infinity", "007", "1e3", "0x1f", "0b1", ".5", "5.", "-3", "my-node-4",
    ]

    private func text(using random: inout SeededGenerator) -> String {
        if Int.random(in: 0..<4, using: &random) == 0 {
            return Self.words[Int.random(in: 0..<Self.words.count, using: &random)]
        }
        return String(
            (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)]
            }
        )
    }

    private func condition(using random: inout SeededGenerator) -> FilterCondition.Test {
        func values() -> [JSONValue] {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in .string(text(using: &random)) }
        }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .isNull
        case 1: return .isNotNull
        case 2: return .oneOf(values(), orNull: .random(using: &random))
        case 3: return .noneOf(values())
        case 4: return .ordered(.allCases.randomElement(using: &random) ?? .atMost, .string(text(using: &random)))
        default:
            let text = "x" + text(using: &random)
            return .matches(.allCases.randomElement(using: &random) ?? .like, text, negated: .random(using: &random))
        }
    }

    @Test func bracketsAreReadAsTheyAreMeant() throws {
        var random = SeededGenerator(seed: 3)
        var written = 0
        for _ in 0..<20_000 {
            let test = condition(using: &random)
            let dialect = BracketDialect(hasSecondGrammar: true)
            guard let item = try? dialect.items([FilterCondition(key: "name", test: test)], spelling: \.self).first
            else { continue }
            written += 1
            let text = item.1
            #expect(item.0 == "filter[name]")
            #expect(BracketReader.read(text) == test.asTheHubSeesIt, "\(text)")
        }
        #expect(written > 5_000)
    }

    /// Whatever is asked for, no server reads anything else; what it would is compared here.
    @Test(arguments: [QueryWordsTests.newest, QueryWordsTests.hub0_12_2, QueryWordsTests.hub0_8_8])
    func whatIsSentIsNeverMisread(_ server: ServerProfile) throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<10_000 {
            let test = condition(using: &random)
            let condition = FilterCondition(key: "name", test: test)
            let plan = FilterPlan<Project>([condition], for: server)
            #expect(plan.sent == [condition] || plan.here.count == 1)
            for sent in plan.sent {
                if case .matches = sent.test { continue }
                #expect(!server.isAtLeast(.secondQueryGrammar) || sent.coercedTexts == nil)
            }
        }
    }

    @Test func expressionsAreReadAsTheyAreMeant() throws {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<10_000 {
            let tests = (0..<Int.random(in: 1...3, using: &random)).map { _ in condition(using: &random) }
            // What would be read as something else than a text is not asked for at all.
            guard !tests.contains(where: { $0.texts.contains("null") }) else { continue }
            let conditions = tests.map { FilterCondition(key: "name", test: $0) }
            let item = try ExpressionDialect().item(conditions, spelling: \.self)
            var reader = ExpressionReader(item.1)
            #expect(reader.readAll() == tests.map(\.asTheHubSeesIt), "\(item.1)")
        }
    }
}

extension FilterCondition.Test {
    /// The Hub's `~` is *ends with* in the second grammar.
    var asTheHubSeesIt: FilterCondition.Test {
        if case .matches(.like, let text, let negated) = self { return .matches(.endsWith, text, negated: negated) }
        return self
    }

    var texts: [String] {
        switch self {
        case .oneOf(let values, _), .noneOf(let values): values.compactMap(\.stringValue)
        case .ordered(_, let value): [value].compactMap(\.stringValue)
        case .matches(_, let text, _): [text]
        case .isNull, .isNotNull: []
        }
    }
}
