import MailModel
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct LeavingOutTests {
    private func profile(_ domainClass: String) throws -> Profile {
        let yaml = """
            schema: 1
            id: rules
            title: Rules
            checks: { starttls.offered: {}, dane.valid: {}, dane.covers-domain: {}, mx.records-valid: {} }
            requirements:
              starttls: { clause: 1, level: must, text: T., met-by: { check: starttls.offered, servers: every } }
              dane: { clause: 2, level: must, group: dane, text: T., met-by: { check: dane.covers-domain, outcome: clean } }
              dane-valid: { clause: 3, level: must, group: dane, text: T., met-by: { check: dane.valid, servers: every } }
            domain-classes:
              ours:
                domains: [acme.example]
            \(domainClass)
            """
        return try TestCatalog.library().read(Array(yaml.utf8), name: "rules.yaml")
    }

    private func compliance(_ domainClass: String, _ domain: String = "acme.example") throws -> Compliance {
        let scene = Scene([1])
        let assessment = Grader(try profile(domainClass)).grade(
            scene.results, of: try DomainName(input: domain), hosts: scene.hosts, at: Scene.instant)
        return try #require(assessment.compliance)
    }

    @Test("a group is left out as a whole, with its reason, and is neither met nor in the way")
    func group() throws {
        let compliance = try compliance("    leave-out: { dane: The zone cannot be signed yet. }")
        #expect(compliance.requirements.map(\.outcome) == [.compliant, .leftOut, .leftOut])
        #expect(
            compliance.requirements.map(\.why) == [nil] + Array(repeating: "The zone cannot be signed yet.", count: 2))
        #expect(compliance.outcome == .compliant)
        let other = try self.compliance("    leave-out: { dane: The zone cannot be signed yet. }", "other.example")
        #expect(other.outcome == .notCompliant)
    }

    @Test("a requirement is left out by its name, and has its own reason beside that of its group")
    func one() throws {
        let compliance = try compliance("    leave-out: { dane-valid: One., dane: Group., all: All. }")
        #expect(compliance.requirements.map(\.why) == ["All.", "Group.", "One."])
        #expect(compliance.outcome == .notApplicable, "nothing is asked for, so nothing is met")
    }

    @Test("all leaves out what the profile asks for, and what the class asks for itself stays")
    func all() throws {
        let compliance = try compliance(
            """
                leave-out: { all: Parked. }
                judged-by:
                  requirements:
                    mx: { clause: 9, level: must, text: T., met-by: { check: mx.records-valid } }
            """)
        #expect(compliance.requirements.map(\.requirement.id) == ["starttls", "dane", "dane-valid", "mx"])
        #expect(compliance.requirements.map(\.outcome) == [.leftOut, .leftOut, .leftOut, .compliant])
        #expect(compliance.outcome == .compliant)
    }

    @Test("what is left out is no reason to fix anything")
    func fixes() throws {
        let scene = Scene([1])
        let profile = try profile("    leave-out: { dane: R. }")
        let domainClass = try #require(profile.classes.first)
        let explanation = Grader(domainClass.profile).explain(scene.results, hosts: scene.hosts, at: Scene.instant)
        #expect(explanation.complying == [])
    }

    @Test("a profile that extends another changes the map as any other: it adds a reason, and takes one away with null")
    func extended() throws {
        let library = ShippedComplianceTests.library
        let base = try library.read(
            Array(
                """
                schema: 1
                id: top
                title: T
                extends: bsi-tr-03108
                domain-classes:
                  ours: { domains: [acme.example], leave-out: { dane: R., starttls: S. } }
                """.utf8), name: "top.yaml")
        let left = base.classes.first?.profile.requirements.filter { $0.leftOut != nil }.map(\.id)
        #expect(left == ["starttls", "dane", "dane-valid"])
    }
}
