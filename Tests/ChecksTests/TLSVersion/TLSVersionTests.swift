import CheckEngine
import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

struct TLSVersionTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let rule: String
        var supported: [TLSVersion]
        var unknown: [TLSVersion] = []
        /// Codes, or nil for inconclusive.
        let codes: [String]?

        var testDescription: String { rule }
    }

    static let rows: [Row] = [
        Row(rule: "TLS 1.2 and 1.3", supported: [.tls12, .tls13], codes: []),
        Row(rule: "G20: best version below 1.2", supported: [.tls10, .tls11], codes: ["tls.only-deprecated"]),
        Row(rule: "TLS 1.0 alone", supported: [.tls10], codes: ["tls.only-deprecated"]),
        Row(rule: "G20: 1.0 beside 1.2", supported: [.tls10, .tls12, .tls13], codes: ["tls.deprecated-offered"]),
        Row(
            rule: "G20: 1.1 beside 1.2 alone", supported: [.tls11, .tls12],
            codes: ["tls.deprecated-offered", "tls.not-preferred"]),
        Row(rule: "G20: SSL 3.0 beside 1.2 and 1.3", supported: [.ssl3, .tls12, .tls13], codes: ["tls.ssl3-offered"]),
        Row(rule: "G20: SSL 2.0 beside 1.2 and 1.3", supported: [.ssl2, .tls12, .tls13], codes: ["tls.ssl2-offered"]),
        Row(rule: "SSL alone", supported: [.ssl3], codes: ["tls.ssl3-offered", "tls.only-deprecated"]),
        Row(rule: "G21: 1.3 alone", supported: [.tls13], codes: ["tls.no-tls12"]),
        Row(
            rule: "1.3 with a gap", supported: [.tls11, .tls13], codes: ["tls.deprecated-offered", "tls.no-tls12"]),
        Row(rule: "1.2 alone", supported: [.tls12], codes: ["tls.not-preferred"]),
        Row(rule: "1.3 unknown", supported: [.tls12], unknown: [.tls13], codes: nil),
        Row(
            rule: "1.3 unknown beside an old one", supported: [.tls10, .tls12], unknown: [.tls13],
            codes: ["tls.deprecated-offered"]),
        Row(rule: "an old one unknown", supported: [.tls12, .tls13], unknown: [.tls10], codes: nil),
        Row(
            rule: "an old one unknown beside another", supported: [.tls10, .tls12, .tls13], unknown: [.tls11],
            codes: ["tls.deprecated-offered"]),
        Row(rule: "a notice is certain and worse is possible", supported: [.tls12], unknown: [.tls10], codes: nil),
        Row(rule: "only old ones known, newer unknown", supported: [.tls10], unknown: [.tls12, .tls13], codes: nil),
        Row(rule: "1.2 unknown", supported: [.tls13], unknown: [.tls12], codes: nil),
        Row(rule: "everything unknown", supported: [], unknown: [.tls10, .tls11, .tls12, .tls13], codes: nil),
    ]

    @Test(
        "TLS-03, TLS-04, TLS-05, TLS-06, TLS-22: what a server offers leads to its findings and to no others",
        arguments: rows)
    func row(row: Row) {
        let outcome = Self.outcome(row.supported, unknown: row.unknown)
        if let codes = row.codes {
            #expect(outcome.findings.map(\.code) == codes)
            #expect(!outcome.isInconclusive)
        } else {
            #expect(outcome.isInconclusive)
        }
    }

    @Test("What is found is there however the unknown versions turn out, and what else can come is left undecided")
    func verdictsHold() {
        for supported in Self.subsets(TLSVersions.tried) {
            for unknown in Self.subsets(TLSVersions.tried.filter { !supported.contains($0) }) {
                let outcome = Self.outcome(supported, unknown: unknown)
                guard !outcome.isNotApplicable else { continue }
                let certain = Set(outcome.findings.map(\.code))
                var possible: Set<String> = []
                for more in Self.subsets(unknown) {
                    let complete = Set(Self.outcome(supported + more).findings.map(\.code))
                    #expect(certain.isSubset(of: complete))
                    possible.formUnion(complete)
                }
                // Neither more nor less is open than what can still come.
                guard case .inconclusive = outcome else {
                    #expect(Set(outcome.undecided?.codes ?? []) == possible.subtracting(certain))
                    continue
                }
            }
        }
    }

    @Test("A strict profile makes TLS 1.2 a deprecated version")
    func strict() throws {
        let knobs = try #require(Check.tlsVersion.parameters)
        let strict = try knobs.parameters(from: ["acceptable": .list([])])
        #expect(Self.outcome([.tls12, .tls13], parameters: strict).findings.map(\.code) == ["tls.deprecated-offered"])
        #expect(Self.outcome([.tls12], parameters: strict).findings.map(\.code) == ["tls.only-deprecated"])
        #expect(Self.outcome([.tls13], parameters: strict) == .passed)
    }

    @Test("A lenient profile accepts TLS 1.0")
    func lenient() throws {
        let knobs = try #require(Check.tlsVersion.parameters)
        let lenient = try knobs.parameters(from: [
            "acceptable": .list(["TLSv1.0", "TLSv1.1", "TLSv1.2"]), "preferred": .list([]),
        ])
        #expect(Self.outcome([.tls10], parameters: lenient) == .passed)
        #expect(throws: ParametersType.Refusal.self) { try knobs.parameters(from: ["acceptable": .list(["TLSv2"])]) }
    }

    @Test("Evidence that was saved when a probe brought the versions is still judged by them")
    func olderEvidence() throws {
        let server = MailServer.sample("mx.example.com", "192.0.2.1")
        let list = Probe.perDomain { (_: DomainTarget) async throws -> OneServer in OneServer() }
        let plan = try Plan(
            running: ["tls.version"],
            from: [
                Plugin("Test", summary: "", probes: [list]), .session, .certificates, .survey, .tls, .connectivity,
                .startTLS, .tlsVersion,
            ])
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: Date(timeIntervalSince1970: 0))
        evidence.settle(Slot(OneServer.id, .domain), .present(OneServer()))
        let offered = TLSVersions(TLSVersions.tried.map { TLSVersionAnswer($0, $0 < .tls12 ? .refused : .supported) })
        evidence.settle(Slot(TLSVersions.id, .address(server.address)), .present(offered))
        let kept = Judge(plan).deriving(evidence).observed(TLSVersions.self, at: .address(server.address))
        #expect(kept.value == offered)
    }

    private struct OneServer: ServerList {
        static let id: FactID = "test.servers"
        var hosts = [
            ListedHost(name: .sample("mx.example.com"), preference: 10, addresses: [.sample("192.0.2.1")])
        ]
    }

    @Test("The fact survives being written and read")
    func json() throws {
        let versions = TLSVersions([
            TLSVersionAnswer(.tls13, .supported, "TLS_AES_128_GCM_SHA256"),
            TLSVersionAnswer(.tls10, .refused, "alert protocol_version"),
            TLSVersionAnswer(.tls11, .inconclusive),
        ])
        let data = try JSONEncoder().encode(versions)
        #expect(try JSONDecoder().decode(TLSVersions.self, from: data) == versions)
        #expect(versions.answers.map(\.version) == [.tls10, .tls11, .tls13])
    }

    @Test("A probe that is cut off leaves the versions it did not reach open, and the others as they are")
    func end() {
        var versions = TLSVersions([TLSVersionAnswer(.tls13, .supported)])
        versions.end(.cancelled)
        #expect(versions.versions(.supported) == [.tls13])
        #expect(versions.versions(.inconclusive) == [.ssl2, .ssl3, .tls10, .tls11, .tls12])
    }

    private static let place = Place.server(.sample("mx.example.com", "192.0.2.1"))

    private static func outcome(
        _ supported: [TLSVersion], unknown: [TLSVersion] = [], parameters: (any Parameters)? = nil
    ) -> Outcome {
        let answers = TLSVersions.tried.map { version in
            TLSVersionAnswer(
                version,
                unknown.contains(version) ? .inconclusive : supported.contains(version) ? .supported : .refused)
        }
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: Date(timeIntervalSince1970: 0))
        evidence.settle(Slot(TLSVersions.id, .address(.sample("192.0.2.1"))), .present(TLSVersions(answers)))
        evidence.settle(Slot(TLSSession.id, place), .present(TLSSession.example))
        return Check.tlsVersion.judge(Inputs(evidence: evidence, place: place, parameters: parameters))
    }

    private static func subsets(_ versions: [TLSVersion]) -> [[TLSVersion]] {
        versions.reduce([[]]) { subsets, version in subsets + subsets.map { $0 + [version] } }
    }
}
