// swift-tools-version: 6.2
import PackageDescription

// A package of its own: a fuzzer brings its main function, which a plain build of mailgrade has no use for.
//
// The compiler heeds the last of several -sanitize options, so both stand in one, or nothing would measure coverage.
//
//     cd Fuzz && swift build -c release --sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address --product FuzzFlight
//     python3 corpus.py .build/corpus
//     SWIFT_BACKTRACE=enable=no .build/release/FuzzFlight -runs=10000000 -max_len=4096 .build/corpus
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "mailgrade", path: "..")],
    targets: [
        .executableTarget(
            name: "FuzzFlight", dependencies: [.product(name: "TLSHello", package: "mailgrade")],
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    ]
)
