internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

extension ReportFormat {
    /// Results for code scanning: SARIF 2.1.0 (OASIS), within what GitHub reads of it. Each result has the line of a file as its
    /// place, because GitHub refuses a file in which one has none, or an address of the web.
    static let sarif = ReportFormat(
        "sarif", summary: "SARIF for code scanning", mediaType: "application/sarif+json", fileEnding: "sarif",
        part: { reports, layout in reports.all.map { $0.sarifRun(layout.anchor) } }
    ) { runs in
        try JSONValue.object([
            "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"), "version": .string("2.1.0"),
            "runs": .array(runs.flatMap(\.self)),
        ]).reportText()
    }
}

extension Report {
    /// One run: what one profile makes of one domain. GitHub keeps the runs of one category as one state of the world: so each
    /// domain and each profile is a category of its own.
    fileprivate func sarifRun(_ anchor: ReportFormat.Anchor?) -> JSONValue {
        let results = SARIFResult.all(in: self)
        let rules = results.reduce(into: [SARIFResult]()) { rules, result in
            if !rules.contains(where: { $0.code == result.code }) { rules.append(result) }
        }
        let indices = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1.code, $0) })
        return .object([
            "tool": .object([
                "driver": .object([
                    "name": .string("mailgrade"), "version": .string(run.engine.isEmpty ? "unknown" : run.engine),
                    "rules": .array(rules.map { rule($0) }),
                ])
            ]),
            "automationDetails": .object([
                "id": .string("mailgrade/\(profile.id)/\(subject.replacing("/", with: " "))/")
            ]),
            "columnKind": .string("unicodeCodePoints"),
            "invocations": .array([invocation]),
            "results": .array(results.map { $0.jsonValue(in: self, anchor, ruleIndex: indices[$0.code] ?? 0) }),
            "properties": .object([
                "domain": .string(domain.text), "grade": .of(assessment.grade?.rawValue), "headline": .string(headline),
                "profileDigest": .string(profile.digest),
            ]),
        ])
    }

    /// That it ran, and what it could not determine: a notification is about the run and is no result.
    private var invocation: JSONValue {
        .object([
            "executionSuccessful": .bool(!run.wasCancelled), "startTimeUtc": .string(run.startedAt.timestamp),
            "toolExecutionNotifications": .array(
                doubts.map { doubt in
                    let places = doubt.places.phrase.map { " at \($0)" } ?? ""
                    return .object([
                        "descriptor": .object(["id": .string(doubt.check)]), "level": .string("note"),
                        "message": .object([
                            "text": .string("Could not be determined\(places): \(doubt.why)".escapedForTerminal)
                        ]),
                    ])
                }),
        ])
    }

    private func rule(_ result: SARIFResult) -> JSONValue {
        let finding = result.sightings[0].found.finding.description
        let links = references[result.sightings[0].check.id] ?? []
        let cited = links.map { "- " + MarkdownText.link($0.description, to: $0.link) }
        let severity = result.severity
        var members: [String: JSONValue] = [
            "id": .string(result.code),
            // The title of an alert, whichever domain it is about.
            "shortDescription": .object(["text": .string(result.code)]),
            "fullDescription": .object([
                "text": .string("Found where this is not so: \(result.sightings[0].check.title).")
            ]),
            "help": .object([
                "text": .string(finding.remedy),
                "markdown": .string(
                    ([MarkdownText.lineStart(MarkdownText.inline(finding.remedy)), ""] + cited).joined(separator: "\n")),
            ]),
            "defaultConfiguration": .object(["level": .string(severity.sarifLevel)]),
            "properties": .object([
                "tags": .array([.string("security"), .string(finding.responsible.rawValue)]),
                "security-severity": .string(severity.securitySeverity),
                "effort": .string(finding.effort.rawValue),
            ]),
        ]
        if let link = links.first { members["helpUri"] = .string(link.link) }
        return .object(members)
    }
}

/// One problem of one host, or of the domain itself, at however many addresses.
private struct SARIFResult {
    let code: String
    let host: String?
    var sightings: [Report.Sighting]

    var severity: Severity { sightings.map(\.found.severity).max() ?? .info }

    /// What there is to do, and what is waived, in the order of the checks; what is merely worth knowing would be an alert that
    /// nobody can close. An address belongs to the first host that has it: pools change their addresses
    /// and keep their names.
    static func all(in report: Report) -> [SARIFResult] {
        var results: [SARIFResult] = []
        let toDo = Set(report.explanation.toDo.map(\.code))
        for sighting in report.sightings
        where sighting.waiver != nil || toDo.contains(sighting.found.finding.code) {
            let host: String? =
                switch sighting.check.place {
                case .domain: nil
                case .host(let host): host.text
                case .server(let server): server.host.text
                case .address(let address): report.hosts(of: address).first?.text
                }
            let code = sighting.found.finding.code
            // What is waived at one address and counts at another is two results.
            let same = results.firstIndex {
                $0.code == code && $0.host == host && ($0.sightings[0].waiver == nil) == (sighting.waiver == nil)
            }
            if let index = same {
                results[index].sightings.append(sighting)
            } else {
                results.append(SARIFResult(code: code, host: host, sightings: [sighting]))
            }
        }
        return results
    }

    func jsonValue(in report: Report, _ anchor: ReportFormat.Anchor?, ruleIndex: Int) -> JSONValue {
        let identity = [report.domain.text, host ?? "", code].joined(separator: "|")
        var members: [String: JSONValue] = [
            "ruleId": .string(code), "ruleIndex": .integer(ruleIndex), "level": .string(severity.sarifLevel),
            "message": .object(["text": .string(text(report))]),
            "locations": .array([location(in: report, anchor)]),
            "partialFingerprints": .object([
                "mailgrade/v1": .string(identity),
                // What GitHub compares; without, it takes a digest of the line, which all results of a domain share.
                "primaryLocationLineHash": .string("\(identity.digest):1"),
            ]),
        ]
        if let waiver = sightings[0].waiver {
            members["suppressions"] = .array([
                .object([
                    "kind": .string("external"), "status": .string("accepted"),
                    "justification": .string("\(waiver.reason) (\(waiver.approvedBy), until \(waiver.expires))"),
                ])
            ])
        }
        return .object(members)
    }

    private func text(_ report: Report) -> String {
        let paragraphs = sightings.map { $0.text(of: report.domain) }.reduce(into: [String]()) { texts, text in
            if !texts.contains(text) { texts.append(text) }
        }
        // Text in brackets before text in parentheses is a link: SARIF 2.1.0, section 3.11.6.
        return paragraphs.joined(separator: "\n\n").split(separator: "](", omittingEmptySubsequences: false)
            .joined(separator: "] (")
    }

    /// The line of the domain in a file; without one, a file that is named as the domain is.
    private func location(in report: Report, _ anchor: ReportFormat.Anchor?) -> JSONValue {
        let names = sightings.map { sighting -> String in
            let parts = [report.domain.text, host, sighting.check.place.address?.description]
            return parts.compactMap(\.self).joined(separator: "/")
        }
        let places = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return .object([
            "physicalLocation": .object([
                "artifactLocation": .object(["uri": .string((anchor?.path ?? report.domain.text).relativeReference)]),
                "region": .object(["startLine": .integer(anchor?.line ?? 1)]),
            ]),
            "logicalLocations": .array(
                places.map { .object(["fullyQualifiedName": .string($0), "kind": .string("resource")]) }),
        ])
    }
}

extension Place {
    fileprivate var address: IPAddress? {
        switch self {
        case .domain, .host: nil
        case .address(let address): address
        case .server(let server): server.address
        }
    }
}

extension Severity {
    /// SARIF 2.1.0, section 3.27.10.
    fileprivate var sarifLevel: String {
        switch self {
        case .critical, .error: "error"
        case .warning: "warning"
        case .notice, .info: "note"
        }
    }

    /// Where GitHub draws its lines: above 9 is critical, from 7 high, from 4 medium, below low.
    /// <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>
    fileprivate var securitySeverity: String {
        switch self {
        case .critical: "9.5"
        case .error: "8.0"
        case .warning: "5.5"
        case .notice: "2.0"
        case .info: "0.0"
        }
    }
}

extension String {
    /// A path as a relative reference: RFC 3986, section 4.2. What is not unreserved is percent-encoded, byte by byte.
    fileprivate var relativeReference: String {
        utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: String(Unicode.Scalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    /// FNV-1a of 64 bits, in sixteen hexadecimal digits: the same on every machine, and nothing rests on its strength.
    fileprivate var digest: String {
        let hash = utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
