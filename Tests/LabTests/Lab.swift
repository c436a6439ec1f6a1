import FoundationEssentials
import Glibc
import LiveWire
import MailModel
import Testing

/// The running lab, as its command describes it to whatever runs inside.
struct Lab: Sendable {
    let resolver: ResolverSettings
    let certificateFile: String
    let allowed: [AddressBlock]
    let port: Int
    let hasIPv6: Bool

    static let isRunning = variable("MAILGRADE_LAB") != nil
    /// CI must never pass because the lab was not there.
    static let mustRun = variable("CI") != nil

    init() throws {
        guard let upstream = Self.variable("MAILGRADE_LAB_RESOLVER"),
            let anchor = Self.variable("MAILGRADE_LAB_ANCHOR"),
            let certificates = Self.variable("MAILGRADE_LAB_CA"),
            let port = Self.variable("MAILGRADE_LAB_PORT").flatMap(Int.init),
            let allow = Self.variable("MAILGRADE_LAB_ALLOW"), let upstream = ResolverSettings.Upstream(upstream)
        else { throw WireFailure.local("the lab is not running: make test starts it") }
        resolver = ResolverSettings(upstream: upstream, trustAnchors: .file(anchor))
        certificateFile = certificates
        allowed = allow.split(separator: ",").compactMap { AddressBlock(String($0)) }
        self.port = port
        hasIPv6 = Self.variable("MAILGRADE_LAB_NETWORK") == "namespace"
    }

    static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

/// One row of `Tests/Lab/domains.md`.
struct LabDomain: Sendable, CustomTestStringConvertible {
    let domain: String
    let what: String
    let grade: String
    let findings: [String]
    let needsIPv6: Bool

    var testDescription: String { "\(domain): \(grade)" }

    /// Every row of the table.
    static let all: [LabDomain] = {
        let path = #filePath.replacing("LabTests/Lab.swift", with: "Lab/domains.md")
        guard let table = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else { return [] }
        return table.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
            guard cells.count == 7, cells[1].hasSuffix(".test") else { return nil }
            return LabDomain(
                domain: cells[1], what: cells[2], grade: cells[3],
                findings: cells[4].split(separator: " ").map(String.init), needsIPv6: cells[5] == "ipv6")
        }
    }()
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
