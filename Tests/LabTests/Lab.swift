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
    /// What this lab has that not every lab has: `ipv6`, `https`.
    let features: Set<String>

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
        var features: Set<String> = []
        if Self.variable("MAILGRADE_LAB_NETWORK") == "namespace" { features.insert("ipv6") }
        if Self.variable("MAILGRADE_LAB_HTTPS") == "yes" { features.insert("https") }
        self.features = features
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
    let needs: Set<String>

    var testDescription: String { "\(domain): \(grade)" }

    /// Every row of both tables.
    static let all: [LabDomain] = rows("domains.md") + rows("domains-authentication.md")

    private static func rows(_ file: String) -> [LabDomain] {
        let path = #filePath.replacing("LabTests/Lab.swift", with: "Lab/\(file)")
        guard let table = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else { return [] }
        return table.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
            guard cells.count == 7, cells[1].hasSuffix(".test") else { return nil }
            return LabDomain(
                domain: cells[1], what: cells[2], grade: cells[3],
                findings: cells[4].split(separator: " ").map(String.init),
                needs: Set(cells[5].split(separator: " ").map(String.init)))
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
