import Checks
import Observations
import Testing

@testable import CheckKit
@testable import Grading

/// Every compliance profile over made-up results: a perfect domain, one without STARTTLS, one that nobody can reach.
@Suite(.defaultProfile) struct ShippedComplianceTests {
    static let library = TestCatalog.library(of: Plugin.builtIn.flatMap(\.checks))

    static let ids: [String] = library.ids.filter { (try? library.load($0))?.requirements.isEmpty == false }

    /// The outcomes that the scene has, `passed` for the checks that it knows nothing of, and findings with these codes.
    private func compliance(
        _ scene: Scene, _ profile: Profile, findings codes: [String] = [], server: Int? = nil
    ) throws -> Compliance {
        var scene = scene
        for check in profile.checks where TestCatalog.catalog.check(check.id) == nil {
            for place in scene.places(of: check.scope) { scene.set(check.id, .passed, at: place) }
        }
        let owners = try codes.map { try #require(Self.library.catalog.owner(of: $0)) }
        for (id, owners) in Dictionary(grouping: owners, by: \.check.id) {
            let findings = owners.map {
                Finding($0.finding, Arguments(named: ["days-left": .number(3)]))
            }
            let servers = server.map { [scene.servers[$0]] } ?? scene.servers
            for place in servers.compactMap({ Place.server($0).widened(to: owners[0].check.scope) }) {
                scene.set(id, .found(findings), at: place)
            }
        }
        return try #require(scene.assessment(profile).compliance)
    }

    @Test("there are compliance profiles, and each is compared here")
    func all() {
        #expect(
            Self.ids == [
                "asd-ism", "bsi-tr-02102-2", "bsi-tr-02102-2-2026", "bsi-tr-03108", "cisa-bod-18-01",
                "internet-nl-mail",
                "mozilla-intermediate", "mozilla-modern", "ncsc-nl-2.1", "ncsc-nl-2025-05", "nist-sp-800-177",
                "rfc-strict", "uk-mail-check",
            ])
    }

    @Test("a perfect domain meets everything that is looked at, and nothing else is called met", arguments: ids)
    func perfect(id: String) throws {
        let profile = try Self.library.load(id)
        let compliance = try compliance(Scene.flawless([2, 1]), profile)
        for report in compliance.requirements {
            let expected: Compliance.Outcome =
                switch report.requirement.basis {
                case _ where report.requirement.isDormant(at: Scene.instant) != nil: .notApplicable
                case .condition: .compliant
                case .notObservable: .notObservable
                case .notObserved: .cannotTell
                }
            #expect(report.outcome == expected, "\(report.requirement.id)")
        }
    }

    @Test("what no check looks at keeps the whole from being called compliant", arguments: ids)
    func unobserved(id: String) throws {
        let profile = try Self.library.load(id)
        let open = profile.requirements.contains { requirement in
            if case .notObserved = requirement.basis { requirement.level == .must } else { false }
        }
        #expect(try compliance(Scene.flawless([2, 1]), profile).outcome == (open ? .cannotTell : .compliant))
    }

    @Test("one server without STARTTLS is enough not to meet the clause about it", arguments: ids)
    func withoutSTARTTLS(id: String) throws {
        let profile = try Self.library.load(id)
        let compliance = try compliance(World(hosts: [[.good], [.noSTARTTLS]]).scene, profile)
        let report = try #require(compliance.requirements.first { $0.requirement.id == "starttls" })
        #expect(report.outcome == .notCompliant)
        #expect(report.evidence.map(\.place.description).allSatisfy { $0.contains("mx2") })
    }

    @Test("a server that cannot be reached leaves the clauses about it open", arguments: ids)
    func unreachable(id: String) throws {
        let profile = try Self.library.load(id)
        let compliance = try compliance(World(hosts: [[.good], [.dead]]).scene, profile)
        let report = try #require(compliance.requirements.first { $0.requirement.id == "starttls" })
        #expect(report.outcome == .cannotTell)
    }

    @Test("every requirement that is looked at can fail", arguments: ids)
    func canFail(id: String) throws {
        let profile = try Self.library.load(id)
        let codes = profile.checks.flatMap { Self.library.catalog.check($0.id)?.check.findings.map(\.code) ?? [] }
        var failed: Set<String> = []
        // Some clauses want all servers alike; some take several problems; one about something good fails where nothing is found.
        var scenes = [
            try compliance(Scene([1]), profile), try compliance(Scene([1]), profile, findings: codes),
        ]
        for code in codes {
            scenes.append(try compliance(Scene([1]), profile, findings: [code]))
            scenes.append(try compliance(Scene.flawless([1]), profile, findings: [code]))
            scenes.append(try compliance(Scene.flawless([1, 1]), profile, findings: [code], server: 1))
        }
        for report in scenes.flatMap(\.requirements) where report.outcome == .notCompliant {
            failed.insert(report.requirement.id)
        }
        for requirement in profile.requirements {
            guard case .condition = requirement.basis, requirement.isDormant(at: Scene.instant) == nil else { continue }
            #expect(failed.contains(requirement.id), "\(requirement.id)")
        }
    }

    @Test("no requirement is met where the checks that it looks at could not tell", arguments: ids)
    func openQuestions(id: String) throws {
        let profile = try Self.library.load(id)
        var scene = Scene.flawless([1])
        for check in profile.checks {
            for place in scene.places(of: check.scope) { scene.set(check.id, .open, at: place) }
        }
        let compliance = try #require(scene.assessment(profile).compliance)
        for report in compliance.requirements {
            #expect(report.outcome != .compliant && report.outcome != .notCompliant, "\(report.requirement.id)")
        }
    }

    @Test("every compliance profile says which edition it encodes and how sure that is", arguments: ids)
    func standard(id: String) throws {
        let profile = try Self.library.load(id)
        let standard = try #require(profile.standard)
        #expect(standard.source?.hasPrefix("https://") == true)
        #expect(profile.requirements.allSatisfy { $0.text.hasSuffix(".") })
        #expect(Examination(profile, in: Self.library).diagnostics.map(\.message) == [])
    }
}
