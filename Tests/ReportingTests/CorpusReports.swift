import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import Observations
import Profiles
import Reporting
import Testing

/// Reports of saved evidence under built-in profiles: what a run would have shown.
struct CorpusReports {
    /// A domain for each letter, and one without.
    static let letters = [
        "A+": "dane-sts.test", "B": "common-name-only.test", "C": "expired.test", "D": "dane-sts-self-signed.test",
        "F": "open-relay.test", "none": "null-mx.test",
    ]

    static let shared = Result { try CorpusReports() }

    /// Each profile that tests ask for, read once.
    private let policies: [String: (profile: Profile, plan: Plan)]
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        + "/Corpus/evidence"

    private init() throws {
        let files = (0..<embedded_profile_count()).map { index in
            let file = embedded_profile_at(index)
            return ProfileLibrary.BuiltIn(
                id: String(cString: file.name), yaml: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
        let library = ProfileLibrary(builtIn: files, catalog: Catalog(Plugin.builtIn), engine: Engine.version)
        policies = Dictionary(
            uniqueKeysWithValues: try ["default", "cisa-bod-18-01"].map { id in
                let profile = try library.load(id)
                return (id, (profile, try Plan(running: profile.checkIDs, showing: Report.facts, from: Plugin.builtIn)))
            })
    }

    /// The names of all domains that were recorded.
    static func domains() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { String($0.dropLast(5)) }
    }

    /// The saved run of a domain.
    static func evidence(of domain: String) throws -> String {
        String(
            decoding: try #require(FileManager.default.contents(atPath: "\(folder)/\(domain).json"), "\(domain)"),
            as: UTF8.self)
    }

    func reports(_ domain: String, _ profiles: String...) throws -> Reports {
        let json = Data(try Self.evidence(of: domain).utf8)
        return Reports(
            try profiles.map { id in
                let (profile, plan) = try #require(policies[id])
                let judge = Judge(plan, parameters: profile.parameters)
                let evidence = judge.deriving(try Evidence(json: json, known: plan.knownFacts))
                var report = Report(
                    evidence: evidence, results: judge.judge(derived: evidence), profile: profile, checks: plan.checks,
                    judgedAt: evidence.collectedAt)
                // Whatever is changed in a profile changes its digest, and says nothing about formats.
                report.profile.digest = String(repeating: "0", count: 64)
                return report
            })
    }
}
