public import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

extension Report {
    /// The name and version of the JSON form.
    public static let schema = "mailgrade.report/2"

    /// Stable JSON: sorted keys, RFC 3339 UTC, seconds as numbers, ASCII wherever a character could steer a terminal.
    public func json() throws -> String { try jsonValue.reportText() }

    /// The report as JSON values.
    public var jsonValue: JSONValue { .object(observation.merging(judgement) { first, _ in first }) }

    /// What was observed, whoever judges it.
    private var observation: [String: JSONValue] {
        [
            "schema": .string(Self.schema),
            "domain": .string(domain.text),
            "domainUnicode": .string(domain.unicode),
            "cancelled": .bool(run.wasCancelled),
            "published": published.jsonValue,
            "servers": .array(servers.map(\.jsonValue)),
            "delivery": delivery.jsonValue,
            "scope": scope.map(\.jsonValue) ?? .null,
            "namedServers": .array(namedServers.map(\.jsonValue)),
            "engine": .string(run.engine),
            "startedAt": .string(run.startedAt.timestamp),
            "judgedAt": .string(run.judgedAt.timestamp),
            "seconds": .number(run.seconds),
            "connections": .integer(run.connections),
        ]
    }

    /// What one profile makes of it.
    var judgement: [String: JSONValue] {
        [
            "grade": .of(assessment.grade?.rawValue),
            "provisional": .bool(assessment.isProvisional),
            "headline": .string(headline),
            "ownSide": .bool(isOwnSide),
            "score": .of(points.score),
            "pointsLost": Points.json(points.lost),
            "bonus": Points.json(points.bonus),
            "earnedBy": .array(
                merits.map {
                    .object([
                        "check": .string($0.check), "points": .number($0.points), "sentence": .string($0.sentence),
                    ])
                }),
            "gradeRange": assessment.range.map {
                .object(["worst": .string($0.worst.rawValue), "best": .string($0.best.rawValue)])
            } ?? .null,
            "withheld": .of(assessment.withheld?.because),
            "nextGrade": explanation.next.map(\.jsonValue) ?? .null,
            "toComply": .array(explanation.complying.map { .string($0) }),
            "toComplyIsSmallest": .bool(explanation.isComplyingSmallest),
            "fixes": fixesJSON,
            "worthKnowing": worthKnowingJSON,
            "domainClass": .of(assessment.domainClass),
            "compliance": assessment.compliance.map(\.jsonValue) ?? .null,
            "waivers": .array(assessment.waivers.map(\.jsonValue)),
            "because": .array(reasons.map(\.jsonValue)),
            "checks": .array(checks.map(\.jsonValue)),
            "profile": .object(["id": .string(profile.id), "digest": .string(profile.digest)]),
        ]
    }
}

extension Report.Reason {
    fileprivate var jsonValue: JSONValue {
        let (kind, id): (String, String?) =
            switch reason {
            case .withheld(let rule): ("withhold", rule.id)
            case .cap(let cap): ("cap", cap.rule.id)
            case .band: ("band", nil)
            }
        return .object([
            "kind": .string(kind),
            "id": .of(id),
            "grade": .of(reason.grade?.rawValue),
            "sentence": .string(reason.sentence),
            "findings": .array(
                findings.map {
                    .object(["check": .string($0.check), "code": .of($0.code), "server": .of($0.place.jsonID)])
                }),
        ])
    }
}

extension Report.CheckReport {
    fileprivate var jsonValue: JSONValue {
        .object([
            "id": .string(id),
            "title": .string(title),
            "server": .of(place.jsonID),
            "outcome": .string(outcome.rawValue),
            "why": .of(why),
            "undecided": .array(undecided.map { .string($0) }),
            "blockedBy": .of(blockedBy?.text),
            "findings": .array(findings.map(\.jsonValue)),
        ])
    }
}

extension Report.FindingReport {
    fileprivate var jsonValue: JSONValue {
        .object([
            "code": .string(finding.code),
            "severity": .string(severity.rawValue),
            "message": .string(finding.message),
            "remedy": .string(finding.description.remedy),
            "responsible": .string(finding.description.responsible.rawValue),
            "arguments": .object(finding.arguments.named.mapValues(\.json)),
            "occasional": .bool(finding.isOccasional),
        ])
    }
}

extension Place {
    /// `host`, `host|address` or an address; nil for the domain.
    var jsonID: String? {
        switch self {
        case .domain: nil
        case .host(let host): host.text
        case .address(let address): address.description
        case .server(let server): server.id
        }
    }
}

extension JSONValue {
    /// The text of a report.
    func reportText() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self).escapingSteeringInJSON + "\n"
    }

    /// The text as one line with its end.
    package func lineText() throws -> String { try StableJSON.text(self).escapingSteeringInJSON + "\n" }

    static func of(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    static func of(_ number: Double?) -> JSONValue { number.map { .number($0) } ?? .null }
    static func of(_ integer: Int?) -> JSONValue { integer.map { .integer($0) } ?? .null }
}

extension String {
    /// The same JSON with every character that could steer a terminal written as `\u…`. Outside strings JSON has none but
    /// line ends, which stay. RFC 8259, section 7.
    package var escapingSteeringInJSON: String {
        var text = ""
        var scan = SteeringScan()
        for scalar in unicodeScalars {
            let steers = scan.steers(scalar)
            if !steers || scalar.isASCII && scalar.value != 0x7F {
                text.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return text
    }
}
