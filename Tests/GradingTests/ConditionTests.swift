import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct ConditionTests {
    /// The default profile with one more rule, to see when it fires.
    private func profile(when condition: String, checks: String = "") throws -> Profile {
        let yaml = """
            schema: 1
            id: test
            title: Test
            extends: default
            checks: {\(checks)}
            grade:
              caps:
                test: { at-most: F, because: Test., when: \(condition) }
            """
        return try TestCatalog.library().read(Array(yaml.utf8), name: "test.yaml")
    }

    private enum Firing { case yes, no, unknown }

    private func firing(_ condition: String, _ scene: Scene, checks: String = "") throws -> Firing {
        let assessment = scene.assessment(try profile(when: condition, checks: checks))
        if assessment.caps.contains(where: { $0.rule.id == "test" }) { return .yes }
        return assessment.openCaps.contains { $0.rule.id == "test" } ? .unknown : .no
    }

    private let someOpen = "{ finding: relay.open, servers: some }"
    private let everyOpen = "{ finding: relay.open, servers: every }"
    private let somePasses = "{ check: relay.closed, outcome: passed, servers: some }"

    @Test("some and every go over the servers where the question arises")
    func quantifiers() throws {
        var scene = Scene([2, 1])
        #expect(try firing(someOpen, scene) == .no)
        scene.find("relay.open", server: 0)
        #expect(try firing(someOpen, scene) == .yes)
        #expect(try firing(everyOpen, scene) == .no)
        scene.set("relay.closed", .moot, server: 1)
        scene.find("starttls.handshake-failed", server: 2)
        scene.set("relay.closed", .blocked(by: "tls.session"), server: 2)
        #expect(try firing(everyOpen, scene) == .yes)
    }

    @Test("what could not be told makes a condition unknown unless the rest decides it")
    func unknown() throws {
        var scene = Scene([2, 1])
        scene.set("relay.closed", .open, server: 0)
        #expect(try firing(someOpen, scene) == .unknown)
        #expect(try firing("{ not: \(someOpen) }", scene) == .unknown)
        #expect(try firing(everyOpen, scene) == .no)
        #expect(try firing(somePasses, scene) == .yes)
        scene.find("relay.open", server: 1)
        #expect(try firing(someOpen, scene) == .yes)
        #expect(try firing("{ check: relay.closed, outcome: inconclusive, servers: some }", scene) == .yes)
        #expect(try firing("{ check: relay.closed, outcome: [failed, inconclusive], servers: every }", scene) == .no)
        scene.find("relay.open", server: 2)
        #expect(try firing("{ check: relay.closed, outcome: [failed, inconclusive], servers: every }", scene) == .yes)
    }

    @Test("over nothing, neither some nor every nor their opposites fire")
    func nothing() throws {
        var scene = Scene([1, 1])
        scene.set("relay.closed", .moot, server: nil)
        for condition in [someOpen, everyOpen, somePasses, "{ check: relay.closed, outcome: failed, hosts: every }"] {
            #expect(try firing(condition, scene) == .no)
            #expect(try firing("{ not: \(condition) }", scene) == .no)
            #expect(try firing(condition, Scene([])) == .no)
            #expect(try firing("{ not: \(condition) }", Scene([])) == .no)
        }
        #expect(try firing("{ any: [\(someOpen), always] }", scene) == .yes)
        #expect(try firing("{ all: [\(someOpen), always] }", scene) == .no)
        #expect(try firing("{ not: { all: [\(someOpen), always] } }", scene) == .no)
    }

    @Test("a check that the profile does not run never matches, and its opposite holds")
    func notRun() throws {
        var scene = Scene([1])
        scene.find("relay.open")
        #expect(try firing(someOpen, scene, checks: "relay.closed: null") == .no)
        #expect(
            try firing("{ servers: some, not: { finding: relay.open } }", scene, checks: "relay.closed: null") == .yes)
    }

    @Test("a check that the profile runs and that has no outcome was not collected: unknown")
    func notCollected() throws {
        var scene = Scene([1])
        scene.set("relay.closed", nil, at: .server(scene.servers[0]))
        #expect(try firing(someOpen, scene) == .unknown)
        let assessment = scene.assessment()
        #expect(assessment.isProvisional)
        #expect(assessment.range == .init(worst: .f, best: .a))
        #expect(assessment.openQuestions.map(\.why) == ["not collected"])
    }

    @Test("a host satisfies a condition about servers when all its servers do")
    func hosts() throws {
        let some = "{ finding: relay.open, hosts: some }"
        let every = "{ finding: relay.open, hosts: every }"
        var scene = Scene([2, 1])
        scene.find("relay.open", server: 0)
        #expect(try firing(some, scene) == .no)
        scene.find("relay.open", server: 1)
        #expect(try firing(some, scene) == .yes)
        #expect(try firing(every, scene) == .no)
        scene.set("relay.closed", .open, server: 2)
        #expect(try firing(every, scene) == .unknown)
    }

    @Test("servers see the outcomes of their host, their address and the domain")
    func widening() throws {
        var scene = Scene([2, 1])
        scene.find("mx.target-alias", server: 2)
        scene.find("ptr.missing", server: 2)
        scene.find("mx.implicit")
        let parts = ["mx.target-alias", "ptr.missing", "mx.implicit"].map { "{ finding: \($0) }" }
        #expect(try firing("{ servers: some, all: [\(parts.joined(separator: ", "))] }", scene) == .yes)
        scene.find("ptr.missing", server: 0)
        scene.set("ptr.forward-confirmed", .passed, server: 2)
        #expect(try firing("{ servers: some, all: [\(parts.joined(separator: ", "))] }", scene) == .no)
    }

    @Test("the parts of a condition over places are about the same place")
    func samePlace() throws {
        var scene = Scene([1, 1])
        scene.find("relay.open", server: 0)
        scene.find("tls.no-tls12", server: 1)
        let parts = "[{ finding: relay.open }, { finding: tls.no-tls12 }]"
        #expect(try firing("{ servers: some, all: \(parts) }", scene) == .no)
        #expect(try firing("{ servers: every, any: \(parts) }", scene) == .yes)
        #expect(try firing("{ all: [\(someOpen), { finding: tls.no-tls12, servers: some }] }", scene) == .yes)
    }

    @Test("blocked and not applicable are outcomes like others")
    func otherOutcomes() throws {
        var scene = Scene([1, 1])
        let blocked = "{ check: tls.version, outcome: blocked, servers: some }"
        #expect(try firing(blocked, scene) == .no)
        scene.set("tls.version", .open, server: 1)
        #expect(try firing(blocked, scene) == .unknown)
        scene.set("tls.version", .moot, server: 1)
        #expect(try firing(blocked, scene) == .no)
        #expect(try firing("{ check: tls.version, outcome: not-applicable, servers: some }", scene) == .yes)
        scene.set("tls.version", .blocked(by: "tls.session"), server: 1)
        #expect(try firing(blocked, scene) == .unknown, "no finding says why")
        scene.find("starttls.handshake-failed", server: 0)
        #expect(try firing(blocked, scene) == .unknown, "a finding elsewhere says nothing here")
        scene.find("starttls.handshake-failed", server: 1)
        #expect(try firing(blocked, scene) == .yes)
    }

    @Test("a check fails by the profile's severities, a finding is there whatever they are")
    func severities() throws {
        var scene = Scene([1])
        scene.find("ptr.missing")
        let failed = "{ check: ptr.forward-confirmed, outcome: failed, servers: some }"
        #expect(try firing(failed, scene) == .yes)
        let yaml = """
            schema: 1
            id: lenient
            title: Lenient
            extends: default
            severity: { ptr.missing: warning }
            grade:
              caps:
                failed: { at-most: F, because: Failed., when: \(failed) }
                found: { at-most: D, because: Found., when: { finding: ptr.missing, servers: some } }
            """
        let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "lenient.yaml")
        let assessment = scene.assessment(profile)
        #expect(assessment.caps.first?.rule.id == "found")
    }

    @Test("a cap names the findings that make it fire, and where they are")
    func triggers() throws {
        var scene = Scene([1, 2])
        scene.find("certificate.self-signed", server: 1)
        scene.find("certificate.expired", server: 2)
        let cap = try #require(scene.assessment().caps.first)
        #expect(cap.rule.id == "untrusted-certificate")
        #expect(
            Set(cap.rule.triggers) == [
                Trigger(
                    check: "certificate.trusted", code: "certificate.self-signed", place: .server(scene.servers[1])),
                Trigger(check: "certificate.current", code: "certificate.expired", place: .server(scene.servers[2])),
            ])
    }
}
