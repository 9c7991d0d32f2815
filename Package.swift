// swift-tools-version: 6.2
import PackageDescription

// POD_AGENT_CORE_ONLY=1 leaves out every target that needs NIO, so that the parsers, the cryptography,
// the audit log and the decisions build, sanitize and fuzz in seconds.
let coreOnly = Context.environment["POD_AGENT_CORE_ONLY"] == "1"

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

/// One source target and the test target beside it.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], testing: [Target.Dependency] = []) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.byName(name: name), "TestSupport"] + dependencies + testing,
            swiftSettings: strict
        ),
    ]
}

func systemLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let logging = product("Logging", "swift-log")
let grdb = product("GRDB", "GRDB.swift")
let grpc: [Target.Dependency] = [
    product("GRPCCore", "grpc-swift-2"),
    product("GRPCNIOTransportHTTP2", "grpc-swift-nio-transport"),
    product("GRPCProtobuf", "grpc-swift-protobuf"),
    product("SwiftProtobuf", "swift-protobuf"),
]

var targets: [Target] = [
    systemLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    systemLibrary("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
    systemLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    .target(
        name: "TestSupport",
        dependencies: ["MessagePack"],
        path: "Tests/TestSupport",
        resources: [.copy("Fixtures")],
        swiftSettings: strict
    ),
    .target(
        name: "TaskTestSupport",
        dependencies: ["BitfountTasks", "MessagePack"],
        path: "Tests/TaskTestSupport",
        swiftSettings: strict
    ),
    .target(
        name: "HTTPTestSupport",
        dependencies: ["HTTPTransport"],
        path: "Tests/HTTPTestSupport",
        swiftSettings: strict
    ),
]

// Floor 0: the ground.
targets += room("MessagePack")
targets += room("StrictJSON", ["MessagePack"])
targets += room("Zstandard", ["CZstd"])
targets += room("Cryptography", ["COpenSSL"])
targets += room("HTTPTransport", ["CCurl", logging], testing: ["HTTPTestSupport"])

// Floor 1: what the services speak.
targets += room(
    "Bitfount",
    ["HTTPTransport", "Cryptography", "MessagePack", "StrictJSON", "Zstandard", logging],
    testing: ["HTTPTestSupport"]
)
targets += room(
    "BitfountTasks",
    ["Cryptography", "MessagePack", "StrictJSON", "Zstandard"],
    testing: ["TaskTestSupport"]
)
targets += room("FlameHub", ["HTTPTransport", "StrictJSON", logging])

// Floor 2: what the agent exists for.
targets += room(
    "AuditLog",
    ["CCurl", "Cryptography", "HTTPTransport", grdb, product("GRDBSQLite", "GRDB.swift"), logging]
)
targets += room(
    "AccessControl",
    ["Bitfount", "BitfountTasks", "Cryptography", "MessagePack"],
    testing: ["TaskTestSupport"]
)

// Reads the repository's own files: documents and sources that must agree.
targets.append(.testTarget(name: "RepositoryTests", swiftSettings: strict))
targets.append(
    .executableTarget(
        name: "hub-benchmark",
        dependencies: ["Bitfount", "HTTPTransport"],
        path: "Benchmarks/HubBenchmark",
        swiftSettings: strict
    )
)
targets.append(
    .executableTarget(
        name: "schema-benchmark",
        dependencies: ["Bitfount"],
        path: "Benchmarks/SchemaBenchmark",
        swiftSettings: strict
    )
)
targets.append(
    .executableTarget(
        name: "audit-benchmark",
        dependencies: ["AuditLog"],
        path: "Benchmarks/AuditBenchmark",
        swiftSettings: strict
    )
)

var products: [Product] = [
    .library(name: "Bitfount", targets: ["Bitfount"]),
    .library(name: "FlameHub", targets: ["FlameHub"]),
]

var dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
]

if !coreOnly {
    dependencies += [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ]

    let hummingbird = product("Hummingbird", "hummingbird")
    let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
    let arguments = product("ArgumentParser", "swift-argument-parser")

    targets += room(
        "BitfountMessaging",
        ["BitfountTasks", logging, product("NIOCore", "swift-nio")] + grpc,
        testing: [product("NIOEmbedded", "swift-nio"), product("NIOPosix", "swift-nio")]
    )
    // The stand-ins import no room above floor 2, so that they can't share a fault with the daemon.
    targets += room(
        "PodSandbox",
        [
            "BitfountMessaging", "BitfountTasks", "Cryptography", "HTTPTransport", "MessagePack", "Zstandard", logging,
            hummingbird, lifecycle, product("NIOCore", "swift-nio"),
        ] + grpc,
        // The stand-ins share nothing with the libraries; their tests prove that they get on, also when the stand-ins fail.
        testing: ["Bitfount", "FlameHub"]
    )
    targets += room(
        "AgentDaemon",
        [
            "AccessControl", "AuditLog", "Bitfount", "BitfountMessaging", "BitfountTasks", "FlameHub", logging,
            hummingbird,
            lifecycle, product("Metrics", "swift-metrics"), product("Yams", "Yams"),
        ],
        testing: ["PodSandbox"]
    )
    targets += [
        .executableTarget(name: "pod-agent", dependencies: ["AgentDaemon", arguments], swiftSettings: strict),
        .executableTarget(
            name: "pod-sandbox",
            dependencies: ["Cryptography", "PodSandbox", arguments, lifecycle, logging],
            swiftSettings: strict
        ),
        // Runs the built `pod-agent`, and so needs no more of it than its executable.
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["Cryptography", "HTTPTransport", "PodSandbox", "TestSupport"],
            resources: [.copy("Golden")],
            swiftSettings: strict
        ),
    ]
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
