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

extension Report {
    /// What to fix, in the order of the list; what asks for nothing is left out.
    var fixesJSON: JSONValue {
        .array(explanation.toDo.enumerated().map { fixJSON($1, rank: $0 + 1) })
    }

    /// One kind of problem and what fixing it is worth, alone and after all before it.
    private func fixJSON(_ fix: Fix, rank: Int) -> JSONValue {
        .object([
            "rank": .integer(rank),
            "code": .string(fix.code),
            "check": .string(fix.check),
            "severity": .string(fix.severity.rawValue),
            "messages": .array(fix.observations.map(\.jsonValue)),
            "remedy": .string(fix.remedy),
            "responsible": .string(fix.responsible.rawValue),
            "effort": .string(fix.effort.rawValue),
            "paste": .array(snippets(for: fix).map(\.jsonValue)),
            "references": .array((references[fix.check] ?? []).map(\.jsonValue)),
            "servers": .array(fix.everywhere.compactMap { $0.jsonID }.map { .string($0) }),
            "limitsGradeTo": .of(fix.holdsAt?.rawValue),
            "pointsLost": .number(points.lost.first { $0.check == fix.check }?.points ?? 0),
            "alternatives": .array(fix.alternatives.map { .string($0) }),
            "gradeAlone": .of(fix.gradeAlone?.rawValue),
            "gradeAfter": .of(fix.gradeAfter?.rawValue),
        ])
    }

    /// What is merely worth knowing, in the order of the list.
    var worthKnowingJSON: JSONValue {
        .array(
            fixes.filter { !$0.asksForAction }.map { fix in
                .object([
                    "code": .string(fix.code), "check": .string(fix.check),
                    "severity": .string(fix.severity.rawValue),
                    "messages": .array(fix.observations.map(\.jsonValue)),
                ])
            })
    }
}

extension Snippet {
    fileprivate var jsonValue: JSONValue {
        .object(["title": .string(title), "kind": .string(kind.rawValue), "text": .string(text)])
    }
}

extension Fix {
    /// Where it was found, each place once.
    fileprivate var everywhere: [Place] {
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

extension Fix.Observation {
    fileprivate var jsonValue: JSONValue {
        .object([
            "message": .string(message), "arguments": .object(finding.arguments.named.mapValues(\.json)),
            "servers": .array(places.compactMap { $0.jsonID }.map { .string($0) }),
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
            "domain": .of(waiver.domain?.description),
            "host": .of(waiver.server?.description),
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
