// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite struct CoverageTests {
    @Test func documentIsUpToDate() throws {
        if Golden.isUpdating {
            try Data(CoverageDocument.markdown.utf8).write(to: CoverageDocument.file)
        }
        let text = try String(contentsOf: CoverageDocument.file, encoding: .utf8)
        #expect(text == CoverageDocument.markdown, "POD_AGENT_UPDATE_GOLDEN=1 writes docs/coverage.md anew")
    }

    @Test(arguments: CoverageDocument.tables.indices)
    func swiftNamesAreDeclaredAndNoneIsLeftOut(_ index: Int) throws {
        let table = CoverageDocument.tables[index]
        let declared = try SwiftDeclarations(below: table.sources).names
        let listed = Set(table.rows.flatMap(\.swift))
        #expect(listed.subtracting(declared) == [], "these are not declared")
        let owed = declared.filter { name in
            table.types.contains(String(name.prefix { $0 != "." })) && !name.contains(".init(")
        }
        #expect(owed.subtracting(listed) == [], "these are missing from the table")
        #expect(table.types.allSatisfy { type in declared.contains { $0.hasPrefix("\(type).") } })
    }

    @Test func commandsExistAndNoneIsLeftOut() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "coverage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let leaves = try await CommandTree.load(in: directory).leaves
        let listed = Set(CoverageDocument.tables.flatMap(\.rows).compactMap(\.command))
        #expect(listed.subtracting(leaves) == [], "these do not exist")
        let groups = CoverageDocument.tables.flatMap(\.commands)
        let owed = leaves.filter { leaf in groups.contains { leaf.hasPrefix("\($0) ") } }
        #expect(owed.subtracting(listed) == [], "these are missing from the tables")
    }

    @Test func everyRecordedMethodOfTheSDKIsListed() throws {
        struct Recording: Decodable {
            struct Call: Decodable { let call: String }
            let sdks: [String: [Call]]
        }
        let recording = try Fixtures.json("bitfount/expected_requests.json", as: Recording.self)
        let methods = Set(recording.sdks.values.joined().map { $0.call.replacing(/^.*\./, with: "") })
        #expect(methods.count > 20)
        let listed = Set(CoverageDocument.tables.flatMap(\.rows).map(\.method))
        #expect(methods.subtracting(listed) == [])
    }
}
