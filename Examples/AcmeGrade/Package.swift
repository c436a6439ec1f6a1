// swift-tools-version: 6.2
import PackageDescription

// A package of somebody else: mailgrade with one check more. Elsewhere, a URL and a version take the place of the path.
let package = Package(
    name: "AcmeGrade",
    dependencies: [.package(name: "mailgrade", path: "../..")],
    targets: [
        .target(
            name: "AcmeChecks",
            dependencies: [
                .product(name: "CheckKit", package: "mailgrade"),
                .product(name: "MailgradeCommand", package: "mailgrade"),
            ]),
        .executableTarget(
            name: "acmegrade",
            dependencies: ["AcmeChecks", .product(name: "MailgradeCommand", package: "mailgrade")]),
        .testTarget(
            name: "AcmeChecksTests",
            dependencies: [
                "AcmeChecks",
                .product(name: "CheckKitTesting", package: "mailgrade"),
                .product(name: "MailgradeCommand", package: "mailgrade"),
            ]),
    ]
)
