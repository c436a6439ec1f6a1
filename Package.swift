// swift-tools-version: 6.2
import Foundation
import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// The files of a folder of this package, and of the folders in it, whose names end so: what is no source of a target.
/// SwiftPM remembers the answer until this file changes: until then it may warn of a new file, and nothing else.
func files(in folder: String, ending: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: "\(Context.packageDirectory)/\(folder)")
    return (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(ending) }.sorted()
}

/// The commit that `--version` names. The Makefile says it for releases; nobody has to.
let commit = Context.environment["MAILGRADE_COMMIT"].flatMap { $0.isEmpty ? nil : $0 }

/// Whether the fuzz farm is built, too: libFuzzer brings its main function, which nothing else has a use for. `make fuzz` says so.
let isFuzzing = Context.environment["MAILGRADE_FUZZ"] != nil

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

let fuzz = Target.executableTarget(
    name: "Fuzz",
    dependencies: [
        "Batch", "CheckEngine", "CheckKit", "CheckKitTesting", "Checks", "Grading", "LiveWire", "MailModel",
        "MailgradeKit", "Observations", "Reporting", "Service", "TLSHello", nioCore, nioHTTP,
        .product(name: "NIOEmbedded", package: "swift-nio"),
    ],
    path: "Tests/Fuzz", exclude: ["README.md", "corpus", "run", "seeds"],
    swiftSettings: house + [.unsafeFlags(["-parse-as-library"])])

let package = Package(
    name: "mailgrade",
    products: [
        .executable(name: "mailgrade", targets: ["mailgrade"]),
        .executable(name: "mailgraded", targets: ["mailgraded"]),
        .library(name: "MailgradeKit", targets: ["MailgradeKit", "Checks"]),
        .library(name: "MailgradeCommand", targets: ["MailgradeCommand", "Checks"]),
        .library(name: "CheckKit", targets: ["CheckKit", "MailModel", "Observations"]),
        .library(name: "CheckKitTesting", targets: ["CheckKitTesting"]),
        .library(name: "TLSHello", targets: ["TLSHello", "MailModel"]),
    ],
    // Exact versions: what is built is what was tested, here and anywhere. Newer ones come in by a change that says so.
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // Without its traits it brings no Foundation of its own.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .target(
            name: "CBuild",
            cSettings: commit.map { [.define("MAILGRADE_COMMIT", to: "\"\($0)\"")] } ?? []),
        .target(name: "CMalloc", linkerSettings: [.linkedLibrary("jemalloc")]),
        .target(name: "CProgram"),
        .target(name: "CSignals"),
        .systemLibrary(name: "CIDN2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CUnbound", providers: [.apt(["libunbound-dev"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        room("MailModel", ["CIDN2"]),
        room("CheckKit", ["MailModel"]),
        room("TLSHello", ["MailModel"]),
        room("Programs", ["CProgram"]),
        .target(
            name: "Observations", dependencies: ["CheckKit", "MailModel", "TLSHello"],
            exclude: files(in: "Sources/Observations", ending: ".md"), swiftSettings: house),
        room("CheckEngine", ["CheckKit", "MailModel"]),
        room("Grading", ["CheckKit", "MailModel", "CYAML"]),
        room("Reporting", ["CheckKit", "Grading", "MailModel", "Observations"]),
        room(
            "LiveWire", ["MailModel", "TLSHello", "COpenSSL", "CUnbound", nioCore, nioPosix, nioHTTP]),
        room("Store", ["CheckEngine", "CheckKit", "MailModel", "CZlib", grdb]),
        room("CheckKitTesting", ["CheckEngine", "CheckKit", "MailModel"]),
        room(
            "MailgradeKit",
            [
                "CheckKit", "CheckEngine", "Grading", "LiveWire", "MailModel", "Profiles", "Programs", "Reporting",
            ]),
        room(
            "Batch",
            [
                "CheckEngine", "CheckKit", "Grading", "MailModel", "MailgradeKit", "Observations", "Reporting", "Store",
            ]),
        room(
            "MailgradeCommand",
            [
                "Batch", "CBuild", "CSignals", "CheckKit", "CheckEngine", "Grading", "LiveWire", "MailModel",
                "MailgradeKit",
                "Reporting",
                "Store", arguments,
            ]),
        room(
            "Service",
            [
                "Batch", "CheckEngine", "CheckKit", "Grading", "MailModel", "MailgradeKit", "Observations", "Programs",
                "Reporting", "Store", hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, nioCore, nioHTTP,
            ]),
        room(
            "ServiceCommand",
            [
                "Batch", "CheckKit", "Grading", "LiveWire", "MailModel", "MailgradeCommand", "MailgradeKit", "Service",
                "Store",
                arguments, hummingbirdCore, lifecycle, logging, nioCore, unixSignals,
            ]),
        .executableTarget(
            name: "mailgrade", dependencies: ["CheckKit", "Checks", "CMalloc", "MailgradeCommand"], swiftSettings: house
        ),
        .executableTarget(
            name: "mailgraded", dependencies: ["CheckKit", "Checks", "CMalloc", "ServiceCommand"], swiftSettings: house),
        .target(
            name: "Checks", dependencies: ["CheckKit", "MailModel", "Observations", "TLSHello"], path: "Checks",
            exclude: files(in: "Checks", ending: ".md"), swiftSettings: house),
        .target(
            name: "Profiles", path: "Profiles",
            exclude: ["README.md", "schema.json", "tests.schema.json"] + files(in: "Profiles", ending: ".yaml"),
            sources: ["profiles.c"],
            publicHeadersPath: "include"),

        tests("MailModelTests", ["MailModel"]),
        tests("CheckKitTests", ["CheckKit", "MailModel"]),
        tests("CheckKitTestingTests", ["CheckKit", "CheckKitTesting", "MailModel", "Observations"]),
        tests("ProgramsTests", ["Programs"]),
        tests("TLSHelloTests", ["MailModel", "TLSHello"]),
        tests(
            "CheckEngineTests",
            ["CheckEngine", "CheckKit", "CheckKitTesting", "Checks", "LiveWire", "MailModel", "Observations"]),
        .testTarget(
            name: "CorpusTests",
            dependencies: [
                "CheckEngine", "Checks", "CheckKit", "CheckKitTesting", "Grading", "MailModel", "Observations",
                "Profiles", "Store",
            ],
            path: "Tests/Corpus",
            exclude: ["README.md", "domains.txt", "evidence", "record", "results.md"], swiftSettings: house),
        tests(
            "GradingTests",
            ["Checks", "CheckKit", "CheckKitTesting", "Grading", "MailModel", "Observations", "Profiles"],
            exclude: ["Invalid", "Odd"]),
        tests(
            "ReportingTests",
            [
                "Checks", "CheckEngine", "CheckKit", "CheckKitTesting", "Grading", "MailModel", "Observations",
                "Profiles", "Reporting",
            ],
            exclude: ["Snapshots"]),
        tests(
            "ChecksTests",
            ["Checks", "CheckKit", "CheckKitTesting", "CheckEngine", "LiveWire", "MailModel", "Observations"],
            exclude: files(in: "Tests/ChecksTests", ending: ".md")),
        tests(
            "LiveWireTests", ["CheckKitTesting", "LiveWire", "MailModel", "COpenSSL", nioCore, nioPosix],
            exclude: ["DNS/name-servers"]),
        tests("StoreTests", ["CheckEngine", "CheckKit", "MailModel", "Store", grdb]),
        tests(
            "BatchTests",
            [
                "Batch", "CheckEngine", "CheckKit", "CheckKitTesting", "Checks", "Grading", "MailModel", "MailgradeKit",
                "Observations", "Store",
            ]),
        tests(
            "ServiceTests",
            [
                "Batch", "CheckEngine", "CheckKit", "CheckKitTesting", "Checks", "Grading", "LiveWire", "MailModel",
                "MailgradeKit", "Observations", "Reporting", "Service", "Store", grdb, httpTypes, hummingbird, logging,
                nioCore, nioHTTP,
                hummingbirdCore, .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        tests(
            "CommandTests",
            [
                "CheckEngine", "Checks", "CheckKit", "CheckKitTesting", "Grading", "LiveWire", "MailgradeCommand",
                "MailgradeKit", "MailModel", "Observations", "Programs", "Reporting",
            ],
            exclude: ["Snapshots"]),
        tests(
            "RepositoryTests",
            [
                "Checks", "CheckEngine", "CheckKit", "Grading", "MailgradeCommand", "MailgradeKit", "Observations",
                "Profiles", "Reporting",
            ],
            exclude: ["Snapshots"]),
        tests(
            "LabTests",
            [
                "Checks", "CheckKit", "CheckEngine", "Grading", "LiveWire", "MailgradeCommand", "MailModel",
                "Observations", "Profiles", "Reporting",
                "TLSHello",
            ]),
    ] + (isFuzzing ? [fuzz] : []),
    cLanguageStandard: .gnu2x
)
