// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// What is tested is optimized like what is released, since some faults show nowhere else.
let optimized = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A library target of ours; what it may import is decided in docs/design.md and held by scripts/check-imports.
func room(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: optimized)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let swiftCSV: Target.Dependency = .product(name: "SwiftCSV", package: "SwiftCSV")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "evidence",
    products: [
        .executable(name: "evidence", targets: ["evidence"]),
        .executable(name: "evidence-bench", targets: ["evidence-bench"]),
        .executable(name: "evidence-fuzz", targets: ["evidence-fuzz"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", exact: "0.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibmagic", pkgConfig: "libmagic", providers: [.apt(["libmagic-dev"])]),
        .systemLibrary(name: "CLibFuzzer", path: "Fuzz/CLibFuzzer"),
        .systemLibrary(name: "CLibqrencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CSystemShims"),
        .target(name: "CLibcryptoShims", dependencies: ["CLibcrypto"]),
        .target(
            name: "ArchiveSchema",
            path: "archive-schema",
            exclude: ["FORMAT.md", "bagit-profile.json", "json"],
            sources: ["ArchiveSchema.swift"],
            resources: ["archive-v001.sql", "index-v002.sql", "memory-v001.sql", "witness-v001.sql"]
                .map { .embedInCode($0) },
            swiftSettings: optimized),
        room("EvidenceCrypto", ["CLibcrypto", "CLibcryptoShims"]),
        room("TransparencyLog", ["EvidenceCrypto"]),
        room("EvidenceRecord", ["TransparencyLog", "EvidenceCrypto"]),
        room("Inspection", []),
        room("QRCode", ["CLibqrencode"]),
        room("Pages", ["QRCode", "Inspection", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto"]),
        room("EvidenceFiles", ["CLibmagic", "CZlib", "CSystemShims", "EvidenceRecord", "EvidenceCrypto", system]),
        room("ZIPFile", ["EvidenceFiles", "EvidenceRecord", system]),
        room(
            "EvidenceArchive",
            [
                "ArchiveSchema", "EvidenceFiles", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", grdb,
                grdbSQLite, system,
            ],
            exclude: ["Append/Commit.pml", "Witness/Witness.pml"]),
        room("MediaProbing", ["CSystemShims", "EvidenceRecord", system]),
        room(
            "CaseBundle",
            ["ZIPFile", "EvidenceFiles", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", system],
            resources: [.embedInCode("Write/verify.py")]),
        room("PublishedTree", ["EvidenceFiles", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", system]),
        room(
            "EvidenceServices",
            [
                "EvidenceArchive", "CaseBundle", "ZIPFile", "PublishedTree", "MediaProbing", "Pages", "Inspection",
                "EvidenceFiles", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", swiftCSV, system,
            ]),
        room(
            "EvidenceWeb",
            [
                "EvidenceServices", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", asyncHTTPClient, hummingbird,
                hummingbirdCore, logging, nioCore, nioHTTP1, system,
            ]),
        room(
            "EvidenceCommands",
            [
                "EvidenceServices", "EvidenceWeb", "Pages", "Inspection", "EvidenceRecord", "TransparencyLog",
                "EvidenceCrypto",
                argumentParser,
                system,
            ]),
        .executableTarget(name: "evidence", dependencies: ["EvidenceCommands"], swiftSettings: optimized),
        .executableTarget(
            name: "evidence-bench",
            dependencies: [
                "ArchiveSchema", "EvidenceServices", "EvidenceArchive", "EvidenceRecord", "EvidenceCrypto", grdbSQLite,
                argumentParser, system,
            ], swiftSettings: settings),
        .target(
            name: "EvidenceTestSupport", dependencies: ["EvidenceRecord", "TransparencyLog", "EvidenceCrypto"],
            path: "Tests/EvidenceTestSupport", swiftSettings: settings),
        .target(
            name: "EvidenceFuzzing",
            dependencies: [
                "EvidenceTestSupport", "EvidenceServices", "EvidenceArchive", "CaseBundle", "ZIPFile", "MediaProbing",
                "Pages", "Inspection", "EvidenceFiles", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", system,
            ], path: "Fuzz/EvidenceFuzzing", swiftSettings: settings),
        .executableTarget(
            name: "evidence-fuzz", dependencies: ["EvidenceFuzzing", "CLibFuzzer"], path: "Fuzz/evidence-fuzz",
            swiftSettings: settings),
        tests("FuzzTests", ["EvidenceTestSupport", "EvidenceFuzzing"]),
        tests("EvidenceCryptoTests", ["EvidenceTestSupport", "EvidenceCrypto"]),
        tests("TransparencyLogTests", ["EvidenceTestSupport", "TransparencyLog", "EvidenceCrypto"]),
        tests("InspectionTests", ["EvidenceTestSupport", "Inspection"]),
        tests("EvidenceRecordTests", ["EvidenceTestSupport", "EvidenceRecord", "TransparencyLog", "EvidenceCrypto"]),
        tests(
            "CommandTests",
            [
                "evidence", "EvidenceTestSupport", "EvidenceCommands", "EvidenceServices", "Inspection",
                "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", system,
            ]),
        tests("EvidenceWebTests", ["EvidenceWeb", "EvidenceRecord"]),
        tests("MediaProbingTests", ["MediaProbing", "EvidenceRecord", "EvidenceTestSupport", system]),
        tests(
            "CaseBundleTests",
            [
                "EvidenceTestSupport", "CaseBundle", "ZIPFile", "EvidenceFiles", "EvidenceRecord", "TransparencyLog",
                "EvidenceCrypto", system,
            ]),
        tests("ZIPFileTests", ["EvidenceTestSupport", "ZIPFile", "EvidenceFiles", "EvidenceRecord", system]),
        tests(
            "PublishedTreeTests",
            [
                "EvidenceTestSupport", "PublishedTree", "EvidenceFiles", "EvidenceRecord", "TransparencyLog",
                "EvidenceCrypto", system,
            ]),
        tests(
            "EvidenceArchiveTests",
            [
                "evidence", "EvidenceTestSupport", "EvidenceServices", "EvidenceArchive", "EvidenceFiles",
                "EvidenceRecord", "TransparencyLog", "EvidenceCrypto", grdb, system,
            ]),
        tests(
            "EvidenceCommandsTests",
            ["EvidenceCommands", "EvidenceServices", "Pages", "EvidenceRecord", argumentParser, system]),
    ],
    swiftLanguageModes: [.v6]
)
