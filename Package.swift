// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// POD_AGENT_CORE_ONLY=1 leaves out every target that needs NIO, so that the parsers, the cryptography,
// the audit log and the decisions build, sanitize and fuzz in seconds.
let coreOnly = Context.environment["POD_AGENT_CORE_ONLY"] == "1"

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

/// One source target and the test target beside it.
func module(
    _ name: String,
    in folder: String = "",
    _ dependencies: [Target.Dependency] = [],
    testing: [Target.Dependency] = [],
    excludingTests excluded: [String] = [],
    resources: [Resource] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, path: "\(folder)Sources/\(name)", swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.byName(name: name), "TestSupport"] + dependencies + testing,
            path: "\(folder)Tests/\(name)Tests",
            exclude: excluded,
            resources: resources.isEmpty ? nil : resources,
            swiftSettings: strict
        ),
    ]
}

func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func benchmark(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "Benchmarks/\(folder)", swiftSettings: strict)
}

let logging = product("Logging", "swift-log")
let metrics = product("Metrics", "swift-metrics")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let grdb = product("GRDB", "GRDB.swift")
let sqlite = product("GRDBSQLite", "GRDB.swift")
let grpc: [Target.Dependency] = [
    product("GRPCCore", "grpc-swift-2"),
    product("GRPCNIOTransportHTTP2", "grpc-swift-nio-transport"),
    product("GRPCProtobuf", "grpc-swift-protobuf"),
    product("SwiftProtobuf", "swift-protobuf"),
]

// Ground: the system, time, bytes.
var targets: [Target] = [
    .systemLibrary(name: "CLinux"),
    systemLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    systemLibrary("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
    systemLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
]
targets += module("SystemFiles", ["CLinux"])
targets += ["Timekeeping", "Offloading", "PrintableText", "Health", "MessagePack"].flatMap { module($0) }
targets += module("StrictJSON", ["MessagePack"])
targets += module("Zstandard", ["CZstd"])
targets += module("Cryptography", ["COpenSSL", "Offloading", "SystemFiles"])
targets += module(
    "HTTPTransport",
    ["CCurl", "Offloading", "PrintableText", "SystemFiles", "Timekeeping", logging],
    testing: ["HTTPTestSupport"]
)

// Wire: what the services speak.
targets += module(
    "Bitfount",
    [
        "HTTPTransport", "Cryptography", "MessagePack", "Offloading", "StrictJSON", "SystemFiles", "Timekeeping",
        "Zstandard", logging,
    ],
    testing: ["HTTPTestSupport"]
)
targets += module(
    "DatasetSchema",
    ["Cryptography", "MessagePack", "StrictJSON", "SystemFiles"],
    resources: [.copy("Fixtures")]
)
targets += module(
    "BitfountTasks",
    ["Cryptography", "MessagePack", "StrictJSON", "Zstandard"],
    testing: ["TaskTestSupport"]
)
targets += module(
    "FlameHub",
    ["HTTPTransport", "PrintableText", "StrictJSON", "Timekeeping", logging],
    testing: ["FlameTestSupport"]
)

// State: the database and the audit log in it.
targets += module(
    "StateStore",
    ["Cryptography", "PrintableText", "SystemFiles", "Timekeeping", grdb, sqlite],
    testing: ["AuditLog", "FlameNode", "StateTestSupport", "TaskFlow"]
)
targets += module(
    "AuditLog",
    [
        "CCurl", "Cryptography", "HTTPTransport", "Offloading", "PrintableText", "StateStore", "SystemFiles",
        "Timekeeping", grdb, sqlite, logging,
    ],
    testing: ["FlameNode", "StateTestSupport", "TaskFlow"]
)

// Features: what the agent exists for.
targets += module(
    "TaskFlow",
    [
        "AuditLog", "Bitfount", "BitfountTasks", "Cryptography", "HTTPTransport", "Health", "MessagePack", "Offloading",
        "PrintableText", "StateStore", "StrictJSON", "Timekeeping", grdb, lifecycle, logging, metrics,
    ],
    testing: ["FlameNode", "HTTPTestSupport", "StateTestSupport", "TaskTestSupport"]
)
targets += module(
    "FlameNode",
    [
        "AuditLog", "Cryptography", "FlameHub", "Health", "Offloading", "StateStore", "StrictJSON", "SystemFiles",
        "Timekeeping", grdb, lifecycle, logging, metrics,
    ],
    // Without the stand-in of the Hub only what needs none is tested.
    testing: ["FlameTestSupport", "HTTPTransport", "StateTestSupport", "TaskFlow"] + (coreOnly ? [] : ["PodSandbox"]),
    excludingTests: coreOnly ? ["Hub"] : []
)

// Beside them: what tests and benchmarks share.
targets += [
    .target(
        name: "TestSupport",
        dependencies: ["MessagePack"],
        path: "Tests/TestSupport",
        resources: [.copy("Fixtures")],
        swiftSettings: strict
    ),
    .target(
        name: "HTTPTestSupport",
        dependencies: ["HTTPTransport"],
        path: "Tests/HTTPTestSupport",
        swiftSettings: strict
    ),
    .target(
        name: "FlameTestSupport",
        dependencies: ["FlameHub", "StrictJSON"],
        path: "Tests/FlameTestSupport",
        swiftSettings: strict
    ),
    .target(
        name: "TaskTestSupport",
        dependencies: ["BitfountTasks", "MessagePack"],
        path: "Tests/TaskTestSupport",
        swiftSettings: strict
    ),
    // Reads the repository's own files: documents and sources that must agree.
    .testTarget(name: "RepositoryTests", swiftSettings: strict),
    // Fills the state database as the agent's features do.
    .target(
        name: "StateTestSupport",
        dependencies: [
            "AuditLog", "BitfountTasks", "Cryptography", "FlameNode", "StateStore", "TaskFlow", "TestSupport",
            "Timekeeping",
            grdb,
        ],
        path: "Tests/StateTestSupport",
        swiftSettings: strict
    ),
    benchmark("hub-benchmark", "HubBenchmark", ["Bitfount", "HTTPTransport"]),
    benchmark("schema-benchmark", "SchemaBenchmark", ["DatasetSchema"]),
    benchmark("audit-benchmark", "AuditBenchmark", ["AuditLog", "StateStore"]),
]

var products: [Product] = [
    .library(name: "Bitfount", targets: ["Bitfount"]),
    .library(name: "DatasetSchema", targets: ["DatasetSchema"]),
    .library(name: "FlameHub", targets: ["FlameHub"]),
]

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
]

if !coreOnly {
    dependencies += [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ]

    let hummingbird = product("Hummingbird", "hummingbird")
    let arguments = product("ArgumentParser", "swift-argument-parser")
    let nio = product("NIOCore", "swift-nio")
    let signals = product("UnixSignals", "swift-service-lifecycle")

    targets += module(
        "BitfountMessaging",
        [
            "BitfountTasks", "HTTPTransport", "PrintableText", "Timekeeping", logging, nio,
            product("NIOSSL", "swift-nio-ssl"), product("NIOTLS", "swift-nio"),
        ] + grpc,
        testing: [product("NIOEmbedded", "swift-nio"), product("NIOPosix", "swift-nio")]
    )

    // The agent.
    targets += module(
        "AgentDaemon",
        [
            "AuditLog", "Bitfount", "BitfountMessaging", "BitfountTasks", "Cryptography", "DatasetSchema", "FlameHub",
            "FlameNode", "HTTPTransport", "Health", "Offloading", "PrintableText", "StateStore", "StrictJSON",
            "SystemFiles", "TaskFlow", "Timekeeping", logging, hummingbird, product("HummingbirdCore", "hummingbird"),
            lifecycle, metrics, nio, signals,
            product("Yams", "Yams"),
        ],
        testing: ["HTTPTestSupport", "PodSandbox", grdb],
        resources: [.copy("Fixtures")]
    )
    targets += [
        .executableTarget(
            name: "pod-agent",
            dependencies: [
                "AgentDaemon", "AuditLog", "Bitfount", "Cryptography", "FlameHub", "FlameNode", "HTTPTransport",
                "Health",
                "MessagePack", "PrintableText", "StateStore", "StrictJSON", "SystemFiles", "Timekeeping", arguments,
            ],
            swiftSettings: strict
        ),
        // Runs the built `pod-agent`, and so needs no more of it than its executable.
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["Cryptography", "HTTPTransport", "PodSandbox", "SystemFiles", "TestSupport"],
            resources: [.copy("Fixtures"), .copy("Golden")],
            swiftSettings: strict
        ),
    ]

    // The stand-ins import the wire code and nothing above it, so that they can't share a fault with the agent. Their
    // tests prove that the clients get on with them, also when the stand-ins fail.
    targets += module(
        "PodSandbox",
        in: "Sandbox/",
        [
            "BitfountMessaging", "BitfountTasks", "Cryptography", "HTTPTransport", "MessagePack", "Zstandard", logging,
            hummingbird, lifecycle, nio,
        ] + grpc,
        testing: ["Bitfount", "DatasetSchema", "FlameHub", "StrictJSON"]
    )
    targets.append(
        .executableTarget(
            name: "pod-sandbox",
            dependencies: ["Cryptography", "PodSandbox", arguments, lifecycle, logging, signals],
            path: "Sandbox/Sources/pod-sandbox",
            swiftSettings: strict
        )
    )
    products += [
        .executable(name: "pod-agent", targets: ["pod-agent"]),
        .executable(name: "pod-sandbox", targets: ["pod-sandbox"]),
    ]
}

let package = Package(
    name: "pod-agent",
    products: products,
    dependencies: dependencies,
    targets: targets,
    swiftLanguageModes: [.v6]
)
