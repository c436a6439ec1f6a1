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
            "alternatives": .object(alternatives.mapValues { .array($0.map { .string($0) }) }),
        ])
    }
}

extension [Advice] {
    /// What to fix, in the order of the list; what asks for nothing is left out.
    var jsonValue: JSONValue {
        .array(filter(\.asksForAction).enumerated().map { $1.jsonValue(rank: $0 + 1) })
    }
}

extension Advice {
    /// One kind of problem and what fixing it is worth, alone and after all before it.
    fileprivate func jsonValue(rank: Int) -> JSONValue {
        .object([
            "rank": .integer(rank),
            "code": .string(code),
            "check": .string(check),
            "severity": .string(severity.rawValue),
            "messages": .array(observations.map(\.jsonValue)),
            "remedy": .string(remedy),
            "responsible": .string(responsible.rawValue),
            "effort": .string(effort.rawValue),
            "references": .array(references.map(\.jsonValue)),
            "servers": .array(places.compactMap { $0.jsonID }.map { .string($0) }),
            "limitsGradeTo": .of(holdsAt?.rawValue),
            "pointsLost": .number(pointsLost),
            "alternatives": .array(alternatives.map { .string($0) }),
            "gradeAlone": .of(gradeAlone?.rawValue),
            "gradeAfter": .of(gradeAfter?.rawValue),
        ])
    }

    /// Where it was found, each place once.
    private var places: [Place] {
        observations.flatMap(\.places).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension Reference {
    /// The document, the place in it, and where to read it; `title` is the whole as it is cited.
    var jsonValue: JSONValue {
        .object([
            "title": .string(description), "document": .string(document), "edition": .of(edition),
            "place": .of(place), "url": .string(link),
        ])
    }
}

extension Advice.Observation {
    fileprivate var jsonValue: JSONValue {
        .object([
            "message": .string(message), "servers": .array(places.compactMap { $0.jsonID }.map { .string($0) }),
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
