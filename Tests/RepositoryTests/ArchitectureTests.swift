// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The module table of docs/architecture.md") struct ArchitectureTests {
    private let manifest: Manifest
    /// The targets in the order of the table.
    private let table: [String]

    init() throws {
        manifest = try Manifest()
        let page = try String(contentsOf: Repository.root.appending(path: "docs/architecture.md"), encoding: .utf8)
        table = Self.targets(page)
    }

    /// The names in the second column of the first table.
    private static func targets(_ page: String) -> [String] {
        page.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
            .compactMap { $0.split(separator: "|").dropFirst().first }
            .flatMap { $0.matches(of: #/`([\w-]+)`/#).map { String($0.1) } }
    }

    @Test("Each target of the product and of the sandbox stands in it once")
    func completeness() throws {
        let folders = ["Sources", "Sandbox/Sources"]
        let found = try folders.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: folder).path)
        }
        #expect(Set(table) == Set(found))
        #expect(table.count == Set(table).count)
        #expect(Set(table).isSubset(of: manifest.dependencies.keys))
    }

    @Test("Each target depends only on targets that stand above it")
    func order() {
        for (index, target) in table.enumerated() {
            let below = manifest.dependencies[target, default: []].intersection(table[index...])
            #expect(below.isEmpty, "\(target) depends on \(below.sorted())")
        }
    }

    @Test("Each import of a target is a dependency that the manifest names")
    func imports() throws {
        for target in table {
            let isBeside = manifest.dependencies[target] != nil && !exists("Sources/\(target)")
            let folder = isBeside ? "Sandbox/Sources/\(target)" : "Sources/\(target)"
            for (path, text) in try Repository.texts(in: [folder]) where path.hasSuffix(".swift") {
                let imported = Set(text.matches(of: #/(?m)^ *(?:\w+ )?import (\w+)/#).map { String($0.1) })
                let unnamed = imported.intersection(table).subtracting(manifest.dependencies[target] ?? [])
                #expect(unnamed.isEmpty, "\(path) imports \(unnamed.sorted())")
            }
        }
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: Repository.root.appending(path: path).path)
    }

    @Test("Only the messaging client, the daemon, the sandbox and the executables depend on NIO")
    func nio() {
        let products: Set = ["nio", "grpc", "hummingbird"]
        let found = table.filter { !manifest.reachable(from: $0).isDisjoint(with: products) }
        #expect(found == ["BitfountMessaging", "AgentDaemon", "pod-agent", "PodSandbox", "pod-sandbox"])
    }

    @Test("The product does not depend on the sandbox or on what tests share")
    func beside() {
        let isBeside: (String) -> Bool = { $0.hasSuffix("TestSupport") || $0.hasSuffix("andbox") }
        for target in table where !isBeside(target) {
            #expect(!manifest.reachable(from: target).contains(where: isBeside), "\(target)")
        }
    }

    @Test("The manifest is read as it is written")
    func reading() {
        let manifest = Manifest(
            """
            systemLibrary("CCurl", pkgConfig: "libcurl", apt: "x"),
            targets += ["A", "B"].flatMap { module($0) }
            targets += module("C", ["A", logging] + grpc, testing: ["D"])
            targets += module(
                "E",
                in: "Sandbox/",
                ["C", product("Yams", "Yams")]
            )
            .executableTarget(name: "f-g", dependencies: ["E"], path: "x"),
            """
        )
        #expect(
            manifest.dependencies == [
                "CCurl": [], "A": [], "B": [], "C": ["A", "logging", "grpc"], "E": ["C", "product", "Yams"],
                "f-g": ["E"],
            ]
        )
        #expect(manifest.reachable(from: "f-g").isSuperset(of: ["A", "C", "grpc"]))
        #expect(
            Self.targets("# T\n\n| L | T |\n|---|---|\n| a | `A`, `B-c` | `no` |\n| | `D` | x |\n\n| | `E` |\n") == [
                "A", "B-c", "D",
            ]
        )
    }
}
