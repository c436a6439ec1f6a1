internal import CheckKit
internal import Grading
internal import MailModel

extension Explanation.Step {
    /// The least work for a better grade.
    var jsonValue: JSONValue {
        .object([
            "grade": .string(grade.rawValue),
            "fix": .array(codes.map { .string($0) }),
            "smallest": .bool(isSmallest),
        ])
    }
}

extension Explanation.Fix {
    /// One kind of problem and what fixing it alone is worth.
    var jsonValue: JSONValue {
        .object([
            "code": .string(finding.code),
            "check": .string(check),
            "severity": .string(severity.rawValue),
            "remedy": .string(finding.remedy),
            "responsible": .string(finding.responsible.rawValue),
            "servers": .array(places.compactMap { $0.jsonID }.map { .string($0) }),
            "gradeAlone": .of(grade?.rawValue),
        ])
    }
}

extension Compliance {
    /// The outcome of all requirements and of each.
    var jsonValue: JSONValue {
        .object([
            "outcome": .string(outcome.rawValue),
            "requirements": .array(requirements.map(\.jsonValue)),
        ])
    }
}

extension Compliance.RequirementReport {
    fileprivate var jsonValue: JSONValue {
        .object([
            "id": .string(requirement.id),
            "clause": .string(requirement.clause),
            "level": .string(requirement.level.rawValue),
            "text": .string(requirement.text),
            "outcome": .string(outcome.rawValue),
            "why": .of(why),
            "evidence": .array(evidence.map(\.jsonValue)),
        ])
    }
}

extension WaiverReport {
    /// The waiver and what became of it.
    var jsonValue: JSONValue {
        .object([
            "id": .string(waiver.id),
            "reason": .string(waiver.reason),
            "approvedBy": .string(waiver.approvedBy),
            "expires": .string(waiver.expires.description),
            "state": .string(state.rawValue),
            "matches": .array(matches.map(\.jsonValue)),
        ])
    }
}

extension Trigger {
    fileprivate var jsonValue: JSONValue {
        .object(["check": .string(check), "code": .of(code), "server": .of(place.jsonID)])
    }
}
