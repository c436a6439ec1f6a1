internal import CheckKit
internal import MailModel

extension PlanReport {
    /// What the JSON of a plan says it is.
    static let schema = "mailgrade/plan/1"

    /// The plan as JSON, as `mailgrade schema plan` describes it.
    public func json() throws -> String {
        let value = JSONValue.object([
            "schema": .string(Self.schema),
            "domain": .of(domain?.text),
            "profiles": .array(profiles.map { .string($0) }),
            "namedServers": .array(settings.servers.map(\.jsonValue)),
            "connections": .object([
                "usual": connections.jsonValue,
                "atATime": .integer(settings.connectionsPerServer),
                "secondsApart": .number(settings.spacing.inSeconds),
            ]),
            "questions": .array(outline.steps.filter(\.isProbe).map(question)),
            "derived": .array(outline.steps.filter { !$0.isProbe }.map(derived)),
            "checks": .array(
                outline.checks.map { check in
                    .object([
                        "id": .string(check.id), "title": .string(check.title),
                        "scope": .string(check.scope.rawValue), "needs": check.needs.jsonValue,
                    ])
                }),
        ])
        return try value.reportText()
    }

    private func question(_ step: PlanOutline.Step) -> JSONValue {
        let traffic = step.traffic
        return .object([
            "fact": .string(step.fact.text),
            "scope": .string(step.scope.rawValue),
            "subject": .of(step.subject),
            "channel": .of(traffic?.channel.rawValue),
            "question": .of(traffic?.question.replacing("{domain}", with: domain?.text ?? "DOMAIN")),
            "usual": traffic?.usual.jsonValue ?? .null,
            "each": .of(traffic?.each),
            "labels": .array((traffic?.labels ?? []).map { .string($0) }),
            "needs": step.needs.jsonValue,
            "for": .array(step.checks.map { .string($0) }),
        ])
    }

    private func derived(_ step: PlanOutline.Step) -> JSONValue {
        .object([
            "fact": .string(step.fact.text), "scope": .string(step.scope.rawValue), "needs": step.needs.jsonValue,
            "for": .array(step.checks.map { .string($0) }),
        ])
    }
}

extension NamedServer {
    /// The server as JSON.
    var jsonValue: JSONValue { .object(["host": .string(host.text), "address": .of(address?.description)]) }
}

extension ClosedRange<Int> {
    fileprivate var jsonValue: JSONValue { .array([.integer(lowerBound), .integer(upperBound)]) }
}

extension [FactID] {
    fileprivate var jsonValue: JSONValue { .array(map { .string($0.text) }) }
}
