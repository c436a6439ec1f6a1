import Checks
import Profiles

@testable import CheckKit
@testable import Grading

/// The checks that the default profile grades, as grading sees them: ids, scopes and finding codes, without judgements.
enum TestCatalog {
    static let checks: [Check] = [
        check(
            "mx.receives-mail", .domain, error: ["mx.no-such-domain", "mx.no-mail-host", "mx.no-usable-host"],
            more: ["mx.null-mx": .info]),
        check(
            "mx.records-valid", .domain, error: ["mx.null-mx-conflict"],
            more: [
                "mx.null-mx-preference": .warning, "mx.duplicate": .notice, "mx.implicit": .notice,
                "mx.unnecessary-null-mx": .info,
            ]),
        check(
            "mx.host-usable", .host,
            error: [
                "mx.no-address", "mx.target-literal", "mx.special-address", "mx.invalid-host-name",
            ],
            more: ["mx.target-alias": .warning, "mx.host-underscore": .notice]),
        check(
            "smtp.reachable", .host, error: ["smtp.unreachable", "smtp.never-accepts-mail"],
            more: ["smtp.address-unreachable": .warning]),
        check(
            "smtp.greeting-valid", .server,
            more: [
                "smtp.greeting-name": .warning, "smtp.protocol-violation": .warning, "smtp.ehlo-rejected": .warning,
            ]),
        check(
            "starttls.offered", .server, error: ["starttls.not-offered"],
            more: ["starttls.parameters": .warning]),
        check(
            "starttls.works", .server,
            error: ["starttls.refused", "starttls.unavailable", "starttls.handshake-failed"],
            more: ["starttls.plaintext-after-220": .warning]),
        check("starttls.reset", .server, more: ["starttls.still-offered": .warning]),
        check(
            "starttls.steady", .server, error: ["starttls.mostly-missing"],
            more: ["starttls.intermittent": .warning, "starttls.intermittent-under-dane": .critical]),
        check("starttls.clean-start", .server, error: ["starttls.command-injection", "starttls.accepted-twice"]),
        check("starttls.capabilities", .server, more: ["starttls.capability-lost": .info]),
        check("auth.inside-tls", .server, more: ["auth.before-tls": .warning]),
        check(
            "tls.version", .server, error: ["tls.only-deprecated", "tls.ssl3-offered"],
            more: [
                "tls.ssl2-offered": .critical, "tls.deprecated-offered": .warning, "tls.not-preferred": .notice,
                "tls.older-preferred": .warning,
                "tls.no-tls12": .warning,
            ]),
        check("tls.large-hello-answered", .server, more: ["tls.large-hello-dropped": .notice]),
        check("tls.secure-renegotiation", .server, error: ["tls.insecure-renegotiation"]),
        check("tls.extended-master-secret", .server, more: ["tls.no-extended-master-secret": .warning]),
        check("tls.no-early-data", .server, error: ["tls.early-data"]),
        check(
            "cipher.acceptable", .server,
            error: ["cipher.null", "cipher.export", "cipher.rc4", "cipher.des", "cipher.no-forward-secrecy"],
            more: ["cipher.triple-des": .warning, "cipher.static-keys": .notice, "cipher.anonymous": .info]),
        check(
            "key-exchange.strong", .server,
            error: ["key-exchange.broken-prime", "key-exchange.short-prime", "key-exchange.short-curve"],
            more: [
                "key-exchange.explicit-curve": .warning, "key-exchange.finite-field": .info,
                "key-exchange.post-quantum": .info,
            ],
            arguments: ["key-exchange.broken-prime": ["bits"], "key-exchange.short-prime": ["bits"]]),
        check(
            "certificate.trusted", .server,
            error: [
                "certificate.self-signed", "certificate.untrusted-issuer", "certificate.incomplete-chain",
                "certificate.chain-invalid",
            ]),
        check(
            "certificate.current", .server, error: ["certificate.expired", "certificate.not-yet-valid"],
            more: ["certificate.expires-soon": .warning],
            arguments: ["certificate.expires-soon": ["days-left", "percent-left"]]),
        check(
            "certificate.name", .server, error: ["certificate.name-mismatch", "certificate.common-name-only"]),
        check(
            "certificate.strong", .server, error: ["certificate.weak-key", "certificate.weak-signature"],
            more: ["certificate.modest-key": .notice],
            arguments: ["certificate.weak-key": ["bits"], "certificate.modest-key": ["bits"]]),
        check(
            "certificate.chain-order", .server,
            more: [
                "certificate.chain-disordered": .warning, "certificate.chain-extra": .warning,
                "certificate.chain-repeated": .warning,
                "certificate.root-sent": .info,
            ]),
        check(
            "certificate.purpose", .server,
            more: ["certificate.leaf-is-ca": .warning, "certificate.key-usage": .warning]),
        check(
            "certificate.unrevoked", .server, error: ["certificate.revoked", "certificate.staple-missing"],
            more: ["certificate.staple-unusable": .notice]),
        check(
            "certificate.lifetime", .server, more: ["certificate.long-lived": .notice],
            arguments: ["certificate.long-lived": ["days"]]),
        check("certificate.logged", .server, more: ["certificate.no-timestamps": .info]),
        check("relay.closed", .server, more: ["relay.open": .critical]),
        check("relay.detours-refused", .server, more: ["relay.possible": .warning]),
        check(
            "ptr.forward-confirmed", .address, error: ["ptr.missing", "ptr.unconfirmed"],
            more: ["ptr.alias": .notice]),
        check(
            "mta-sts.published", .domain,
            error: [
                "mta-sts.record-invalid", "mta-sts.multiple-records", "mta-sts.policy-host-missing",
                "mta-sts.policy-host-unreachable", "mta-sts.policy-tls-failed", "mta-sts.policy-certificate-untrusted",
                "mta-sts.policy-certificate-expired", "mta-sts.policy-certificate-name", "mta-sts.policy-no-response",
                "mta-sts.policy-redirected", "mta-sts.policy-status", "mta-sts.policy-invalid",
                "mta-sts.policy-compressed",
            ],
            more: [
                "mta-sts.lookup-bogus": .warning, "mta-sts.record-ignored": .warning,
                "mta-sts.policy-without-record": .warning, "mta-sts.policy-too-large": .warning,
                "mta-sts.policy-media-type": .warning, "mta-sts.policy-blank-line": .warning,
                "mta-sts.record-blank": .notice,
            ]),
        check(
            "mta-sts.enforced", .domain,
            more: [
                "mta-sts.absent": .info, "mta-sts.none": .info, "mta-sts.inactive": .notice,
                "mta-sts.testing": .notice, "mta-sts.testing-fails": .warning, "mta-sts.loses-mail": .critical,
                "mta-sts.loses-all-mail": .critical,
            ]),
        check(
            "mta-sts.policy-quality", .domain,
            more: [
                "mta-sts.max-age-zero": .warning, "mta-sts.max-age-short": .warning,
                "mta-sts.pattern-too-wide": .warning, "mta-sts.unknown-field": .notice,
                "mta-sts.repeated-field": .notice, "mta-sts.pattern-unused": .info,
            ], arguments: ["mta-sts.max-age-short": ["max-age"]]),
        check(
            "tls-rpt.published", .domain,
            error: ["tls-rpt.record-invalid", "tls-rpt.multiple-records", "tls-rpt.destination-unusable"],
            more: [
                "tls-rpt.absent": .info, "tls-rpt.absent-beside-policy": .warning, "tls-rpt.lookup-bogus": .warning,
                "tls-rpt.record-ignored": .warning, "tls-rpt.repeated-destinations": .warning,
                "tls-rpt.destination-unknown": .warning, "tls-rpt.destination-slashes": .warning,
                "tls-rpt.record-blank": .notice,
            ]),
        check(
            "dane.valid", .server,
            more: [
                "dane.tlsa-bogus": .critical, "dane.without-starttls": .critical, "dane.no-match": .critical,
                "dane.no-trust-anchor": .critical, "dane.chain-invalid": .critical, "dane.name-mismatch": .critical,
                "dane.chain-outside-dates": .critical, "dane.bare-trust-anchor-key": .warning,
                "dane.certificate-expired": .info, "dane.anchor-outside-dates": .warning,
            ]),
        check(
            "dane.covers-domain", .domain,
            more: [
                "dane.absent": .notice, "dane.partial": .notice, "dane.mx-insecure": .notice, "dane.broken": .notice,
            ],
            arguments: ["dane.partial": ["hosts", "protected"]]),
        check(
            "dnssec.domain", .domain, more: ["dnssec.domain-insecure": .info, "dnssec.domain-bogus": .critical]),
        check(
            "dnssec.mx-hosts", .host, more: ["dnssec.host-insecure": .info, "dnssec.host-bogus": .critical]),
        check(
            "dnssec.algorithms", .domain, error: ["dnssec.algorithm-forbidden", "dnssec.digest-forbidden"],
            more: [
                "dnssec.algorithm-discouraged": .warning, "dnssec.digest-weak": .warning,
                "dnssec.nsec3-iterations": .warning, "dnssec.nsec3-salt": .info, "dnssec.unsupported": .warning,
            ], arguments: ["dnssec.nsec3-iterations": ["iterations"]]),
        check(
            "dane.record-quality", .host, error: ["dane.combination-without-match"],
            more: [
                "dane.tlsa-without-dnssec": .warning, "dane.unusable": .warning, "dane.full-data": .warning,
                "dane.sha512-only": .warning, "dane.long-signature": .warning, "dane.unusual-parameters": .info,
                "dane.single-record": .info, "dane.long-ttl": .info,
            ], arguments: ["dane.long-ttl": ["seconds"], "dane.long-signature": ["days"]]),
        check("requiretls.reaches-domain", .domain, more: ["requiretls.unreachable": .info]),
        check(
            "requiretls.offered", .server,
            more: ["requiretls.not-offered": .info, "requiretls.outside-tls": .warning]),
    ]

    static let catalog = Catalog(checks: checks)

    /// The built-in profiles, from the program itself, and some checks more than it has.
    static func library(of checks: [Check] = checks, with more: [Check] = []) -> ProfileLibrary {
        let profiles = (0..<embedded_profile_count()).map { index in
            let profile = embedded_profile_at(index)
            let bytes = Array(UnsafeBufferPointer(start: profile.bytes, count: profile.count))
            return ProfileLibrary.BuiltIn(id: String(cString: profile.name), yaml: bytes)
        }
        return ProfileLibrary(builtIn: profiles, catalog: Catalog(checks: checks + more), engine: "0.1.0")
    }

    static let standard: Profile = {
        do throws(InvalidProfile) {
            return try library().load("default")
        } catch {
            fatalError(error.description)
        }
    }()

    /// The check that owns a code, and what the code says of itself.
    static func owner(of code: String) -> (check: Check, finding: FindingDescription) {
        guard let owner = catalog.owner(of: code) else { fatalError("no check finds \(code)") }
        return (owner.check, owner.finding)
    }

    static func check(
        _ id: String, _ scope: Scope, error: [String] = [], more: [String: Severity] = [:],
        arguments: [String: [String]] = [:], parameters: ParametersType? = nil, formerIDs: [String] = []
    ) -> Check {
        let codes = error.map { ($0, Severity.error) } + more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return Check(
            id: id, title: id, why: "", references: [], formerIDs: formerIDs, scope: scope, needs: [],
            findings: codes.map {
                FindingDescription(AnyCode(rawValue: $0.0, severity: $0.1, arguments: arguments[$0.0] ?? []))
            },
            parameters: parameters, examples: { [] }, judge: { _ in .passed })
    }
}

/// A finding code made at run time.
private struct AnyCode: FindingCode {
    static let allCases: [AnyCode] = []
    let rawValue: String
    let severity: Severity
    let arguments: [String]
    var remedy: String { "" }

    init(rawValue: String, severity: Severity, arguments: [String]) {
        self.rawValue = rawValue
        self.severity = severity
        self.arguments = arguments
    }

    init?(rawValue: String) { nil }
}
