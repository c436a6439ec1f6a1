import MailModel
import Testing

@testable import CheckKit
@testable import Checks
@testable import Grading
@testable import Observations

/// One row of the decision table: the situations that it settles.
private struct Row: CustomStringConvertible {
    let id: String
    let rule: String
    let cases: [Case]

    /// A situation and the grade that it must get.
    struct Case {
        let scene: Scene
        let grade: Grade?
        let isProvisional: Bool
        let cap: String?
    }

    var description: String { "\(id): \(rule)" }

    static func row(_ id: String, _ rule: String, _ cases: Case...) -> Row {
        Row(id: id, rule: rule, cases: cases)
    }
}

/// A situation made of hosts whose servers are in these states.
private func world(
    _ hosts: [[ServerState]], _ domain: DomainState = .good, gives grade: Grade?, provisional: Bool = false,
    cap: String? = nil
) -> Row.Case {
    Row.Case(scene: World(domain: domain, hosts: hosts).scene, grade: grade, isProvisional: provisional, cap: cap)
}

/// A situation with findings, at the second of two hosts or, with `everywhere`, at both.
private func finding(
    _ codes: String..., everywhere: Bool = false, gives grade: Grade?, cap: String? = nil
) -> Row.Case {
    var scene = Scene([1, 1])
    for code in codes { scene.find(code, server: everywhere ? nil : 1, ["days-left": 10]) }
    return Row.Case(scene: scene, grade: grade, isProvisional: false, cap: cap)
}

/// A situation in which one check cannot be judged at the second of two hosts.
private func open(_ check: String, gives grade: Grade?) -> Row.Case {
    var scene = Scene([1, 1])
    scene.set(check, .open, server: 1)
    return Row.Case(scene: scene, grade: grade, isProvisional: true, cap: nil)
}

private let rows: [Row] = [
    .row(
        "G1", "the worst server decides", world([[.good], [.good], [.selfSigned]], gives: .c),
        world([[.good], [.wrongName], [.noSTARTTLS]], gives: .d)),
    .row(
        "G2", "STARTTLS absent on some servers is D, on all that can be reached F",
        world([[.good], [.noSTARTTLS]], gives: .d, cap: "no-tls-somewhere"),
        world([[.noSTARTTLS], [.noSTARTTLS]], gives: .f, cap: "no-tls-anywhere"),
        world([[.noSTARTTLS], [.dead]], gives: .f, cap: "no-tls-anywhere")),
    .row(
        "G3", "STARTTLS that leads to no session counts as absent", world([[.good], [.brokenHandshake]], gives: .d),
        world([[.noSTARTTLS], [.brokenHandshake]], gives: .f), finding("starttls.refused", everywhere: true, gives: .f)),
    .row(
        "G4", "one dead address beside a living one holds the host at A",
        world([[.good, .dead]], gives: .a, cap: "dead-address")),
    .row("G5", "all servers unreachable: no letter", world([[.dead], [.dead, .dead]], gives: nil)),
    .row("G6", "nothing answers and it may be our side: no letter", unreachableFromHere()),
    .row(
        "G7", "one host that does not answer although others do is D",
        world([[.good], [.dead]], gives: .d, cap: "unreachable-host")),
    .row(
        "G8", "what is temporary makes the letter provisional and never lowers it",
        world([[.good], [.refusesUs]], gives: .a, provisional: true),
        open("starttls.works", gives: .a), finding("starttls.unavailable", gives: .d)),
    .row(
        "G9", "554 at the greeting cannot be told, 521 is D",
        world([[.good], [.refusesUs]], gives: .a, provisional: true),
        world([[.refusesUs], [.refusesUs]], gives: nil), finding("smtp.never-accepts-mail", gives: .d)),
    .row(
        "G10", "null MX: no letter; beside other records B", world([[.good]], .nullMX, gives: nil),
        world([[.good]], .nullMXConflict, gives: .b, cap: "null-mx-conflict")),
    .row("G11", "an implicit MX is graded like any other", finding("mx.implicit", gives: .a)),
    .row(
        "G12", "no host that mail can be sent to: no letter", world([[.good]], .noMailHost, gives: nil),
        world([[.good]], .noDomain, gives: nil), world([[.good]], .noUsableHost, gives: nil)),
    .row("G13", "a bogus MX lookup is D", world([[.good]], .bogusMX, gives: .d, cap: "bogus-lookup")),
    .row("G14", "a certificate that PKIX accepts is valid", world([[.good]], gives: .a)),
    .row(
        "G15",
        "a certificate that DANE authenticates is valid: the certificate checks leave it out, and A+ is possible",
        dane(gives: .aPlus, moot: ["certificate.trusted", "certificate.current", "certificate.name"])),
    .row(
        "G16", "DANE does not make MTA-STS valid",
        dane("mta-sts.loses-mail", gives: .b, cap: "sts-loses-mail", moot: ["certificate.trusted"])),
    .row(
        "G17", "a certificate of the mail domain instead of the MX host is B",
        finding("certificate.name-mismatch", gives: .b, cap: "certificate-issue")),
    .row(
        "G18", "minor certificate issues are B; two weeks before the end it is only a warning",
        finding("certificate.incomplete-chain", gives: .b), finding("certificate.common-name-only", gives: .b),
        finding("certificate.expires-soon", everywhere: true, gives: .a)),
    .row(
        "G19", "a certificate that nobody can trust is C", finding("certificate.self-signed", gives: .c),
        finding("certificate.untrusted-issuer", gives: .c), finding("certificate.expired", gives: .c),
        finding("certificate.not-yet-valid", gives: .c), finding("certificate.weak-signature", gives: .c),
        finding("certificate.weak-key", gives: .c), finding("certificate.chain-invalid", gives: .c)),
    .row(
        "G20", "an old version beside 1.2 is B, without it C; SSL is C", finding("tls.deprecated-offered", gives: .b),
        finding("tls.ssl3-offered", gives: .c, cap: "weak-tls"),
        finding("tls.ssl2-offered", gives: .c, cap: "weak-tls"),
        finding("tls.only-deprecated", gives: .c, cap: "weak-tls")),
    .row("G21", "TLS 1.3 alone costs no letter", finding("tls.no-tls12", everywhere: true, gives: .a)),
    .row(
        "G22", "MTA-STS enforce that some servers fail is B, that all fail D; that all pass A+",
        mtaSTS("mta-sts.loses-mail", gives: .b, cap: "sts-loses-mail"),
        mtaSTS("mta-sts.loses-all-mail", gives: .d, cap: "sts-loses-all-mail"), mtaSTS(nil, gives: .aPlus)),
    .row(
        "G23", "MTA-STS that is not enforced is neither bonus nor penalty", mtaSTS("mta-sts.testing", gives: .a),
        mtaSTS("mta-sts.testing-fails", gives: .a), mtaSTS("mta-sts.none", gives: .a),
        mtaSTS("mta-sts.inactive", gives: .a), finding("mta-sts.policy-without-record", gives: .a)),
    .row(
        "G24", "DANE on some hosts only, or under MX records that are not signed, earns no A+",
        dane("dane.partial", gives: .a, cap: "no-downgrade-protection"),
        dane("dane.mx-insecure", gives: .a, cap: "no-downgrade-protection")),
    .row(
        "G25", "TLSA records that nothing matches, that are bogus or without STARTTLS are D",
        dane("dane.no-match", gives: .d, cap: "dane-broken"), dane("dane.tlsa-bogus", gives: .d, cap: "dane-broken"),
        dane("dane.without-starttls", gives: .d, cap: "dane-broken")),
    .row("G26", "TLSA records that cannot be used are no bonus and no cap", dane("dane.absent", gives: .a)),
    .row(
        "G27", "TLSA records in an unsigned zone are ignored with a warning: neither bonus nor cap",
        finding("dane.tlsa-without-dnssec", everywhere: true, gives: .a), enforcedBesideUnsignedTLSA()),
    .row(
        "G28", "one of MTA-STS and DANE broken caps, whatever the other is",
        dane("mta-sts.loses-all-mail", gives: .d, cap: "sts-loses-all-mail"),
        dane("dane.no-match", enforced: true, gives: .d, cap: "dane-broken")),
    .row(
        "G29", "A+ asks for TLS 1.3 on all servers: one without holds it at A",
        finding("tls.not-preferred", gives: .a, cap: "no-tls13"),
        finding("tls.older-preferred", gives: .a, cap: "no-tls13")),
    .row(
        "G30", "encryption that is none is C, weak encryption B; anonymous suites beside others cost nothing",
        finding("cipher.null", gives: .c, cap: "broken-encryption"), finding("cipher.export", gives: .c),
        finding("cipher.des", gives: .c), finding("cipher.rc4", gives: .c),
        finding("key-exchange.broken-prime", gives: .c),
        finding("cipher.triple-des", gives: .b, cap: "weak-encryption"),
        finding("cipher.no-forward-secrecy", gives: .b), finding("key-exchange.short-prime", gives: .b),
        finding("key-exchange.short-curve", gives: .b),
        finding("cipher.anonymous", "cipher.static-keys", everywhere: true, gives: .a),
        stockPostfix(gives: .aPlus)),
    .row("G31", "a correct PTR is a forward-confirmed one", finding("ptr.alias", gives: .a)),
    .row(
        "G32", "a missing or unconfirmed PTR is B, wherever and however often",
        finding("ptr.missing", gives: .b, cap: "ptr-issue"), finding("ptr.missing", everywhere: true, gives: .b),
        finding("ptr.unconfirmed", everywhere: true, gives: .b)),
    .row("G33", "a PTR lookup that fails caps nothing", open("ptr.forward-confirmed", gives: .a)),
    .row(
        "G34", "a relay only for recipients in disguise is C, and not F",
        finding("relay.possible", gives: .c, cap: "possible-relay"),
        finding("relay.possible", "relay.open", gives: .f, cap: "open-relay")),
    .row(
        "G35", "one open relay among many servers is F",
        world([[.good], [.good, .openRelay]], gives: .f, cap: "open-relay")),
    .row(
        "G36", "relaying that cannot be told: provisional, and no A+",
        world([[.good], [.relayUnknown]], gives: .a, provisional: true, cap: "relay-unknown")),
    .row("G37", "530 before TLS is no relay: the check passes", world([[.good]], gives: .a)),
    .row("G38", "an accepted relay recipient is F, whatever else is accepted", finding("relay.open", gives: .f)),
    .row(
        "G39", "STARTTLS missing in some of several tries is a warning, in most of them D, beside TLSA records D",
        finding("starttls.intermittent", gives: .a),
        finding("starttls.mostly-missing", gives: .d, cap: "no-tls-somewhere"),
        dane("starttls.intermittent-under-dane", gives: .d, cap: "dane-broken")),
    .row("G40", "a server that demands TLS loses nothing: the checks pass", world([[.good]], gives: .a)),
    .row("G41", "hosted domains follow the same rules", world([[.good], [.good], [.good]], gives: .a)),
    .row(
        "G42", "a target that is private or no host is D", privateTarget(),
        finding("mx.target-literal", gives: .d, cap: "unusable-host"),
        world([[.good]], .hostWithoutAddress, gives: .d, cap: "unusable-host")),
    .row("G43", "servers without a route from here are left out", noRoute()),
    .row(
        "G44", "TLS reporting never changes a letter", finding("tls-rpt.absent", gives: .a),
        finding("tls-rpt.record-invalid", gives: .a), finding("tls-rpt.destination-unusable", gives: .a)),
    .row(
        "G45", "all dates are judged at one instant: the run's own, or the one that is given",
        clock(gives: .a), clock(daysLater: 47, gives: .c, cap: "untrusted-certificate"),
        clock(daysLater: -60, gives: .c, cap: "untrusted-certificate"), clock(daysLater: 30, gives: .a)),
]

/// A perfect domain whose MTA-STS policy this finding describes; nil is a policy that every server lives up to.
private func mtaSTS(_ code: String?, gives grade: Grade, cap: String? = nil) -> Row.Case {
    var scene = Scene([1, 1])
    if let code { scene.enforceMTASTS(but: code) } else { scene.enforceMTASTS() }
    return Row.Case(scene: scene, grade: grade, isProvisional: false, cap: cap)
}

/// A domain under DANE that this finding describes; the checks in `moot` leave the certificate to DANE.
private func dane(
    _ code: String? = nil, enforced: Bool = false, gives grade: Grade, cap: String? = nil, moot: [String] = []
) -> Row.Case {
    var scene = Scene([1, 1])
    scene.protectByDANE()
    if enforced { scene.enforceMTASTS() }
    for check in moot { scene.set(check, .moot, server: nil) }
    if let code { scene.find(code) }
    return Row.Case(scene: scene, grade: grade, isProvisional: false, cap: cap)
}

/// An enforced policy beside TLSA records in an unsigned zone: what senders ignore takes no A+ away.
private func enforcedBesideUnsignedTLSA() -> Row.Case {
    var scene = Scene([1, 1])
    scene.enforceMTASTS()
    scene.find("dane.tlsa-without-dnssec")
    return Row.Case(scene: scene, grade: .aPlus, isProvisional: false, cap: nil)
}

/// One certificate with 37 of 90 days left, judged by the registered check: nothing but the instant differs.
private func clock(daysLater days: Double? = nil, gives grade: Grade, cap: String? = nil) -> Row.Case {
    var scene = Scene([1])
    let place = Place.server(scene.servers[0])
    var evidence = Evidence(domain: .root, collectedAt: JudgedAt.sample().instant)
    evidence.settle(Slot(CertificateChain.id, place), .present(CertificateChain.sample()))
    let inputs = Inputs(
        evidence: evidence, place: place, judgedAt: days.map { JudgedAt.sample(days: $0).instant },
        parameters: TestCatalog.standard.parameters["certificate.current"])
    let check = Plugin.builtIn.flatMap(\.checks).first { $0.id == "certificate.current" }
    scene.set("certificate.current", check?.judge(inputs), at: place)
    return Row.Case(scene: scene, grade: grade, isProvisional: false, cap: cap)
}

/// Everything right, and at every server what Postfix accepts as it is shipped.
private func stockPostfix(gives grade: Grade) -> Row.Case {
    var scene = Scene([1, 1])
    scene.enforceMTASTS()
    for code in ["cipher.anonymous", "cipher.static-keys"] { scene.find(code) }
    return Row.Case(scene: scene, grade: grade, isProvisional: false, cap: nil)
}

private func unreachableFromHere() -> Row.Case {
    var scene = Scene([1, 1])
    scene.withoutConversation(.open, server: nil)
    scene.set("smtp.reachable", .open, server: nil)
    return Row.Case(scene: scene, grade: nil, isProvisional: false, cap: nil)
}

private func privateTarget() -> Row.Case {
    var scene = World(hosts: [[.good], [.dead]]).scene
    scene.find("mx.special-address", server: 1)
    return Row.Case(scene: scene, grade: .d, isProvisional: false, cap: "unusable-host")
}

private func noRoute() -> Row.Case {
    var scene = Scene([2, 1])
    for server in [1, 2] { scene.withoutConversation(.moot, server: server) }
    scene.set("smtp.reachable", .moot, server: 2)
    return Row.Case(scene: scene, grade: .a, isProvisional: false, cap: nil)
}

@Suite(.defaultProfile) struct GradeTableTests {
    @Test("gradeTable", arguments: rows)
    fileprivate func gradeTable(row: Row) {
        for (index, situation) in row.cases.enumerated() {
            let assessment = situation.scene.assessment()
            #expect(assessment.grade == situation.grade, "case \(index + 1)")
            #expect(
                (assessment.grade != nil && assessment.isProvisional) == situation.isProvisional, "case \(index + 1)")
            guard let cap = situation.cap else { continue }
            #expect(assessment.caps.contains { $0.rule.id == cap }, "case \(index + 1)")
            let sentence = TestCatalog.standard.caps.first { $0.id == cap }?.because ?? ""
            #expect(assessment.because.contains { $0.sentence == sentence }, "case \(index + 1)")
        }
    }

    @Test("the table has all 45 rows, and each is settled")
    func complete() {
        #expect(rows.map(\.id) == (1...45).map { "G\($0)" })
        #expect(rows.allSatisfy { !$0.cases.isEmpty })
    }
}
