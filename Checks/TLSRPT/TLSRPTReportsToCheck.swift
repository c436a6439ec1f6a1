internal import CheckKit
internal import MailModel
internal import Observations

enum TLSRPTReportsToFinding: String, FindingCode {
    case elsewhere = "tls-rpt.reports-elsewhere"

    var sentence: Sentence {
        "Reports go to \(.destinations, .upTo(3)), not to \(.destination)."
    }
    var severity: Severity { .info }
    var responsible: Responsible { .domainOwner }
    var remedy: String { "Add the destination that your policy names to rua, with a comma in front." }
}

/// Where reports must go.
struct TLSRPTReportsToParameters: Parameters {
    var destination = ""

    static let knobs: [Knob<TLSRPTReportsToParameters>] = [
        .text(
            "destination", \.destination,
            doc: "A URI as it stands in rua, for example mailto:tls@example.com; without one the check does not apply.")
    ]
}

extension Check {
    /// Reports go where a policy wants them, perhaps among other places. RFC 8460, section 3.
    static let tlsrptReportsTo = Check.perDomain(
        "tls-rpt.reports-to",
        title: "TLS reports go to the required destination",
        why: """
            Whoever runs many domains, or watches over those of others, wants their reports in one place. The record may \
            name several destinations; this asks whether one of them is the wanted one.
            """,
        references: [.rfc(8460, section: "3")],
        examples: [
            .given("the wanted one among two", two, wanted, expect: .passed),
            .given(
                "somewhere else", TLSRPTRecord("v=TLSRPTv1; rua=mailto:tls@example.com"), wanted,
                expect: .found(
                    .elsewhere, "Reports go to mailto:tls@example.com, not to mailto:tls-rua@reports.example.net.")),
            .given(
                "no record", TLSRPTRecord(TextLookup(status: .nxDomain)), wanted,
                expect: .notApplicable("There is no TLS-RPT record that senders follow.")),
            .given(
                "the profile names no destination", two, TLSRPTReportsToParameters(),
                expect: .notApplicable("The profile names no destination.")),
            .given(
                "a record that does not validate", TLSRPTRecord(TextLookup(security: .bogus("signature expired"))),
                wanted, expect: .inconclusive("The lookup of the TLS-RPT record does not validate: signature expired.")),
        ]
    ) { (record: TLSRPTRecord, parameters: TLSRPTReportsToParameters) -> Verdict<TLSRPTReportsToFinding> in
        guard !parameters.destination.isEmpty else { return .notApplicable("The profile names no destination.") }
        if let reason = record.lookup.security.bogusReason {
            return .inconclusive("The lookup of the TLS-RPT record does not validate: \(reason).")
        }
        guard case .valid(let request) = record.reading else {
            return .notApplicable("There is no TLS-RPT record that senders follow.")
        }
        let named = request.destinations.map(\.description)
        // Schemes and hosts do not depend on case (RFC 3986, section 3), and no mailbox that takes reports does.
        guard !named.contains(where: { $0.lowercased() == parameters.destination.lowercased() }) else { return .passed }
        return .found(
            .elsewhere,
            [.destinations: named.map(\.shortened), .destination: parameters.destination.shortened])
    }

    private static let wanted = TLSRPTReportsToParameters(destination: "mailto:tls-rua@reports.example.net")
    private static let two = TLSRPTRecord(
        "v=TLSRPTv1; rua=mailto:tls@example.com,mailto:TLS-RUA@reports.example.net")
}
