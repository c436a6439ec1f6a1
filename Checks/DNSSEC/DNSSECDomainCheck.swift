internal import CheckKit
internal import MailModel
internal import Observations

enum DNSSECDomainFinding: String, FindingCode {
    case insecure = "dnssec.domain-insecure"
    case bogus = "dnssec.domain-bogus"

    var sentence: Sentence {
        switch self {
        case .insecure: "The MX records are not protected by DNSSEC."
        case .bogus: "The answer for the MX records does not validate: \(.reason)."
        }
    }
    var severity: Severity { self == .insecure ? .info : .critical }
    var responsible: Responsible { .domainOwner }
    var effort: Effort { .zone }
    var remedy: String {
        switch self {
        case .insecure:
            "Have the zone signed (most DNS hosts offer it as a setting) and give the DS record to the registrar."
        case .bogus:
            "Sign the zone again, or correct the DS record at the registrar: validating senders cannot deliver."
        }
    }
}

extension Check {
    /// The answer that says where the domain receives mail is signed. RFC 4035, section 4.3; RFC 7672, section 2.1.
    static let dnssecDomain = Check.perDomain(
        "dnssec.domain",
        title: "The MX records are signed",
        why: """
            Whoever forges the answer to the MX lookup receives the domain\u{2019}s mail. DNSSEC makes a forged answer \
            visible, and DANE needs it. A broken signature is worse than none: senders that validate cannot deliver.
            """,
        references: [.rfc(4035, section: "4.3"), .rfc(7672, section: "2.1.1"), .rfc(7672, section: "2.1.2")],
        examples: [
            .given("a signed answer", MXRecords(security: .secure, [.sample]), ValidatedDNS(), expect: .passed),
            .given(
                "an unsigned zone", MXRecords([.sample]), ValidatedDNS(),
                expect: .found(.insecure, "The MX records are not protected by DNSSEC.")),
            .given(
                "an expired signature", MXRecords(security: .bogus("signature expired"), [.sample]), ValidatedDNS(),
                expect: .found(.bogus, "The answer for the MX records does not validate: signature expired.")),
            .given(
                "an algorithm that our validator does not know and others do",
                MXRecords(security: .indeterminate("the zone is signed with Ed448 (algorithm 16)"), [.sample]),
                ValidatedDNS(),
                expect: .inconclusive(
                    "Whether the MX records are validly signed could not be determined: the zone is signed "
                        + "with Ed448 (algorithm 16)."
                )),
            .given(
                "a name that is proven not to exist", MXRecords(status: .nxDomain, security: .secure, []),
                ValidatedDNS(), expect: .notApplicable("The domain does not exist.")),
        ]
    ) { (mx: MXRecords, _: ValidatedDNS) -> Verdict<DNSSECDomainFinding> in
        switch mx.security {
        case .secure where mx.status == .nxDomain: .notApplicable("The domain does not exist.")
        case .insecure where mx.status == .nxDomain: .notApplicable("The domain does not exist.")
        case .indeterminate where mx.status == .nxDomain: .notApplicable("The domain does not exist.")
        case .secure: .passed
        case .insecure: .found(.insecure)
        case .indeterminate(let why):
            .inconclusive("Whether the MX records are validly signed could not be determined: \(why).")
        case .bogus(let reason): .found(.bogus, [.reason: reason])
        }
    }
}
