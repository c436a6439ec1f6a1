import MailModel
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct DomainClassTests {
    private func profile(_ body: String) throws -> Profile {
        let yaml = "schema: 1\nid: acme\ntitle: Acme\nextends: default\n\(body)"
        return try TestCatalog.library().read(Array(yaml.utf8), name: "acme.yaml")
    }

    private let parked = """
        domain-classes:
          parked:
            domains: [old.example, "*.brands.example"]
            judged-by:
              grade: null
              requirements:
                null-mx: { clause: "1", level: must, text: No mail is accepted., met-by: { finding: mx.null-mx } }
        """

    private func assess(_ scene: Scene, _ profile: Profile, _ domain: String) throws -> Assessment {
        Grader(profile).grade(
            scene.results, of: try DomainName(input: domain), hosts: scene.hosts, at: Scene.instant)
    }

    @Test("a parked domain complies with a null MX, and gets no letter")
    func nullMX() throws {
        let profile = try profile(parked)
        let scene = World(domain: .nullMX, hosts: [[.good]]).scene
        for domain in ["old.example", "OLD.example", "x.brands.example"] {
            let assessment = try assess(scene, profile, domain)
            #expect(assessment.domainClass == "parked")
            #expect(assessment.grade == nil && assessment.withheld == nil)
            #expect(assessment.compliance?.outcome == .compliant)
        }
    }

    @Test("a parked domain that takes mail does not comply, however well its servers are kept")
    func takesMail() throws {
        let profile = try profile(parked)
        let assessment = try assess(Scene([1]), profile, "old.example")
        #expect(assessment.compliance?.outcome == .notCompliant)
        let unknown = World(domain: .lookupUnknown, hosts: [[.good]]).scene
        #expect(try assess(unknown, profile, "old.example").compliance?.outcome == .cannotTell)
    }

    @Test("any other domain is judged as ever")
    func others() throws {
        let profile = try profile(parked)
        for domain in ["brands.example", "a.b.brands.example", "example.com"] {
            let assessment = try assess(Scene([1]), profile, domain)
            #expect(assessment == Scene([1]).assessment(try self.profile("")))
        }
        #expect(Scene([1]).assessment(profile).domainClass == nil, "nobody said which domain")
    }

    @Test("a class by what was found needs certainty")
    func byFinding() throws {
        let profile = try profile(
            """
            domain-classes:
              no-mail:
                when: { any: [ { finding: mx.null-mx }, { finding: mx.no-mail-host } ] }
                judged-by:
                  grade: null
                  requirements:
                    signed: { clause: "2", level: must, text: The zone is signed., met-by: { check: dnssec.domain, outcome: clean } }
            """)
        for state in [DomainState.nullMX, .noMailHost] {
            #expect(World(domain: state, hosts: [[.good]]).scene.assessment(profile).domainClass == "no-mail")
        }
        for state in [DomainState.good, .lookupUnknown, .noUsableHost] {
            #expect(World(domain: state, hosts: [[.good]]).scene.assessment(profile).domainClass == nil)
        }
    }

    @Test("a class may keep the letter and change what costs one; the first class that fits counts")
    func severities() throws {
        let profile = try profile(
            """
            domain-classes:
              lenient: { domains: [test.acme.example], judged-by: { severity: { ptr.missing: info }, grade: { caps: { ptr-issue: null } } } }
              strict: { domains: ["*.acme.example"], judged-by: { grade: { caps: { ptr-issue: { at-most: D } } } } }
            """)
        var scene = Scene([1])
        scene.find("ptr.missing")
        #expect(try assess(scene, profile, "test.acme.example").grade == .a)
        #expect(try assess(scene, profile, "other.acme.example").grade == .d)
        #expect(try assess(scene, profile, "other.test").grade == .b)
        #expect(profile.classes.allSatisfy { $0.profile.digest == profile.digest })
    }

    @Test("what would have to change is told by the class")
    func explanation() throws {
        let profile = try profile(
            "domain-classes:\n  strict: { domains: [a.example], judged-by: { grade: { caps: { ptr-issue: { at-most: F } } } } }"
        )
        var scene = Scene([1])
        scene.find("ptr.missing")
        let explanation = Grader(profile).explain(
            scene.results, of: try DomainName(input: "a.example"), hosts: scene.hosts, at: Scene.instant)
        #expect(explanation.next?.codes == ["ptr.missing"])
        #expect(explanation.next?.grade == .a)
    }

    @Test("an organisation's file changes a class of the file that it extends, key by key")
    func merging() throws {
        let lower = YAMLComposer.compose(
            SourceFile(name: "low.yaml", bytes: Array(parked.utf8)), diagnostics: Diagnostics())
        let upper = YAMLComposer.compose(
            SourceFile(name: "up.yaml", bytes: Array("domain-classes: { parked: { domains: [new.example] } }".utf8)),
            diagnostics: Diagnostics())
        let merged = ProfileMerge.merge(try #require(upper), over: try #require(lower))
        let parked = try #require(merged["domain-classes"]?["parked"])
        #expect(parked["domains"].map(YAMLWriter.flow) == "[new.example]")
        #expect(parked["judged-by"]?["requirements"]?["null-mx"] != nil)
    }

    @Test("what is odd about a class alone is said at its own place, once")
    func examined() throws {
        let profile = try profile(
            """
            domain-classes:
              odd:
                domains: [a.example]
                judged-by:
                  grade: { caps: { dead: { at-most: C, because: No., when: { all: [ { finding: mx.duplicate }, { not: { finding: mx.duplicate } } ] } } } }
            """)
        let found = Examination(profile, in: TestCatalog.library(), limit: 300).diagnostics
            .filter { $0.message.contains("'odd'") }
        #expect(found.map(\.message) == ["in 'odd': no run was found to which cap 'dead' applies"])
        #expect(found.map { $0.position?.line } == [9])
    }
}
