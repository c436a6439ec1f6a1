internal import CheckKit

/// The parts of the schema that are used in several places, and those that are made from checks.
struct SchemaDefinitions {
    let catalog: Catalog

    var all: [String: JSONValue] {
        parts.merging(rankings) { part, _ in part }
    }

    private var parts: [String: JSONValue] {
        [
            "check-id": .either(.words(catalog.checkIDs), .ownName(besides: catalog)),
            "finding-code": .either(.words(catalog.codes.sorted()), .ownName(besides: catalog)),
            "external-check": externalCheck,
            "weight": .number(0, 1_000_000, "Its share of the score, any unit."),
            "bonus": .number(0, 100, "Bonus points, where it finds nothing anywhere."),
            "check": .removable(.fields(Self.worth)),
            "rank": .words(Severity.allCases.map { $0.rawValue }),
            "ranking": .removable(.reference("rank")),
            "comparison": .object([
                "type": .string("string"), "pattern": .string("^(<=|>=|!=|<|>|=) *-?[0-9]+([.][0-9]+)?$"),
            ]),
            "name": .object([
                "type": .typedText, "pattern": .string("^[a-z0-9.-]{1,64}$"),
            ]),
            "day": .object([
                "type": .string("string"), "format": .string("date"),
                "description": .string("A day, such as 2026-12-31."),
            ]),
            "letter": .words(Grade.allCases.reversed().map { $0.rawValue }),
            "run": .fields([
                ("deadline", .text("The limit for the whole run: 90s, 2m.")),
                ("connections-per-server", .integer(1, 16, "How many connections one address may see at a time.")),
                ("helo", .text("The name given in EHLO.")),
                ("relay-sender", .text("The sender of relay probes.")),
                ("relay-recipient", .text("The recipient of relay probes.")),
            ]),
            "standard": .fields(
                [
                    ("name", .text("The document.")), ("edition", .text("Which edition of it.")),
                    ("published", .reference("day")), ("source", .text("Where the text can be read.")),
                    ("confidence", .text("How reliable the encoding is.")),
                    ("sureness", .text("The former name of confidence.")),
                ], required: ["name", "edition"]),
            "severity": .map(
                "How severe a finding is, by its code.",
                catalog.checks.flatMap { $0.findings }.map { ($0.code, Self.severity($0)) },
                own: ("own-ranking", catalog)),
            "own-ranking": .either(
                .reference("ranking"),
                .object([
                    "type": .string("object"),
                    "additionalProperties": .object([
                        "type": .string("object"), "additionalProperties": .reference("comparison"),
                    ]),
                ])),
            "domain-class": domainClass,
            "grade": grade,
            "requirement": requirement,
            "waiver": waiver,
            "condition": condition,
        ]
    }

    private var grade: JSONValue {
        let credits = Severity.allCases.map {
            ($0.rawValue, JSONValue.number(0, 1, "The credit of a check whose worst finding is of this severity."))
        }
        let bands = Grade.allCases.reversed().map {
            ($0.rawValue, JSONValue.removable(.number(0, 100, "The lowest score that earns \($0).")))
        }
        return .fields([
            ("credit", .map("What a check is worth at a place, by its worst finding there.", credits)),
            ("bands", .map("The score that each letter begins at; the lowest begins at 0.", bands)),
            (
                "caps",
                .named(
                    "Hard lines: while the condition holds, the grade is at most this letter.",
                    .fields([
                        ("at-most", .reference("letter")), ("when", .reference("condition")),
                        ("because", .text("The reason, one sentence.")),
                    ]))
            ),
            (
                "withhold",
                .named(
                    "When no letter is given.",
                    .fields([
                        ("when", .reference("condition")), ("because", .text("The reason, one sentence.")),
                    ]))
            ),
        ])
    }

    private var externalCheck: JSONValue {
        let facts = catalog.facts.keys.map(\.text).sorted()
        let finding = JSONValue.fields(
            [
                ("severity", .reference("rank")),
                ("message", .text("What was observed, with places for arguments: The key has {bits} bits.")),
                ("remedy", .text("What to do about it.")),
                ("responsible", .words(Responsible.allCases.map(\.rawValue))),
                ("effort", .words(Effort.allCases.map(\.rawValue))),
                (
                    "arguments",
                    .object([
                        "type": .string("object"), "additionalProperties": .words(["number", "text", "list"]),
                        "description": .string("What the program says with it, each with its kind."),
                    ])
                ),
            ], required: ["severity", "remedy"])
        let text = JSONValue.object(["type": .string("string")])
        let texts = JSONValue.object(["type": .string("array"), "items": text, "minItems": .integer(1)])
        let example = JSONValue.fields(
            [
                (
                    "facts",
                    .object(["type": .string("object"), "description": .string("Values of facts, by their ids.")])
                ),
                ("expect", .either(text, texts)),
            ], required: ["facts", "expect"])
        return .fields(
            [
                ("title", .text("The claim, which is true where the check passes; without a full stop.")),
                ("why", .text("Why it matters.")),
                ("scope", .words(Scope.allCases.map(\.rawValue))),
                (
                    "facts",
                    .object([
                        "type": .string("array"), "minItems": .integer(1),
                        "items": .words(facts + facts.map { "\($0)?" }),
                        "description": .string(
                            "The facts that the program is given. It does not run where one of them is absent, unless a ? stands behind it."
                        ),
                    ])
                ),
                ("command", .either(text, texts)),
                ("time-limit", .text("How long it may run: 10s, 500ms.")),
                ("memory-limit", .integer(16, 65_536, "MiB of address space that it may have.")),
                (
                    "findings",
                    .object([
                        "type": .string("object"), "propertyNames": .ownName(besides: catalog),
                        "additionalProperties": .removable(finding),
                        "description": .string("What the program can find, by code."),
                    ])
                ),
                ("references", texts),
                (
                    "examples",
                    .object([
                        "type": .string("object"), "additionalProperties": .removable(example),
                        "description": .string(
                            "What must come of which facts, by the situation: profile check tries them."),
                    ])
                ),
            ], required: ["title", "why", "scope", "facts", "command", "findings"])
    }

    private var requirement: JSONValue {
        .fields([
            ("clause", .text("Where the standard says it.")),
            ("level", .words(Requirement.Level.allCases.map { $0.rawValue })),
            ("text", .text("What it asks for, in one sentence.")),
            ("group", .removable(.reference("name"), "The group by which domain classes can leave it out.")),
            ("applies-to", .words(Requirement.Subject.allCases.map { $0.rawValue })),
            ("from", .removable(.reference("day", "The first day on which it is asked for, in UTC."))),
            ("until", .removable(.reference("day", "The last day on which it is asked for, in UTC."))),
            (
                "met-by",
                .reference(
                    "condition", "When it is met; of a check alone, nothing worse than information may be found.")
            ),
            ("not-observable", .removable(.text("Why it cannot be observed from outside."))),
            ("not-observed", .removable(.text("Why it is not observed yet."))),
        ])
    }

    private var waiver: JSONValue {
        .fields([
            ("finding", .reference("finding-code")), ("check", .reference("check-id")),
            ("domain", .text("The domain that it is about, or *. and the rest of one; every domain without it.")),
            ("server", .text("An MX host, or *. and the rest of one.")),
            ("reason", .text("Why it is acceptable.")), ("approved-by", .text("Who said so.")),
            ("expires", .reference("day", "The last day on which it holds, in UTC.")),
        ])
    }

    private var domainClass: JSONValue {
        .fields(
            [
                (
                    "domains",
                    .object([
                        "type": .string("array"), "minItems": .integer(1),
                        "items": .text("A domain, or *. and the rest of one."),
                    ])
                ),
                ("when", .reference("condition", "What must have been found.")),
                (
                    "judged-by",
                    .map(
                        "What changes in the profile for them.",
                        [
                            ("severity", .reference("severity")),
                            ("grade", .removable(.reference("grade"), "Null gives no letter: requirements decide.")),
                            ("requirements", .named("What is asked of them.", "requirement")),
                        ])
                ),
                ("leave-out", leftOut),
            ])
    }

    private var leftOut: JSONValue {
        .named(
            "What is not asked of them: requirements, groups of them or all, each with the reason.",
            .text("The reason, one sentence."))
    }

    private var condition: JSONValue {
        let outcomes = JSONValue.words(OutcomeWord.allCases.map { $0.rawValue })
        let places = JSONValue.words(Condition.Quantifier.allCases.map { $0.rawValue })
        let several = JSONValue.object([
            "type": .string("array"), "items": .reference("condition"), "minItems": .integer(1),
        ])
        let map = JSONValue.fields([
            ("check", .reference("check-id")),
            ("outcome", .either(outcomes, .object(["type": .string("array"), "items": outcomes]))),
            ("no-worse-than", .reference("rank", "The worst that the check may find.")),
            ("finding", .reference("finding-code")), ("all", several), ("any", several),
            ("not", .reference("condition")), ("hosts", places), ("servers", places),
        ])
        return .either(.object(["const": .string("always")]), map)
    }

    /// What every check may have in a profile.
    private static let worth: [(String, JSONValue)] = [
        ("weight", .reference("weight")), ("bonus", .reference("bonus")),
    ]

    /// A check as a profile weighs it.
    static func check(_ check: Check) -> JSONValue {
        let doc = "\(check.title). \(check.why)"
        guard let entries = check.parameters?.entries else { return .reference("check", doc) }
        let knobs = JSONValue.map("Its knobs.", entries.map { ($0.key, .removable(knob($0))) })
        return .removable(.fields(worth + [("parameters", knobs)]), doc)
    }

    private static func knob(_ entry: ParametersType.Entry) -> JSONValue {
        switch entry.type {
        case .flag: .object(["type": .string("boolean"), "description": .string(entry.doc)])
        case .integer(let range): .integer(range.lowerBound, range.upperBound, entry.doc)
        case .number: .object(["type": .string("number"), "description": .string(entry.doc)])
        case .text: .text(entry.doc)
        case .choice(let words): .words(words)
        case .choices(let words):
            .object(["type": .string("array"), "items": .words(words), "description": .string(entry.doc)])
        case .names(let what, _):
            .object([
                "type": .string("array"), "items": .text("One of the \(what)."), "description": .string(entry.doc),
            ])
        }
    }

    /// A finding as a profile ranks it.
    static func severity(_ finding: FindingDescription) -> JSONValue {
        let numbers = finding.numbers
        let name = numbers.isEmpty ? "ranking" : ranking(by: numbers)
        return .reference(name, "\(finding.severity.rawValue) by default. \(finding.remedy)")
    }

    /// Severities with conditions on the arguments that findings carry: one definition for each list of arguments.
    private var rankings: [String: JSONValue] {
        let arguments = Set(catalog.checks.flatMap { $0.findings }.map(\.numbers).filter { !$0.isEmpty })
        return Dictionary(uniqueKeysWithValues: arguments.map { (Self.ranking(by: $0), Self.ranks($0)) })
    }

    private static func ranking(by arguments: [String]) -> String {
        "ranking-by-\(arguments.joined(separator: "-and-"))"
    }

    private static func ranks(_ arguments: [String]) -> JSONValue {
        let conditions = JSONValue.fields(arguments.map { ($0, .reference("comparison")) })
        let ranks = JSONValue.fields(Severity.allCases.map { ($0.rawValue, conditions) })
        return .object(["anyOf": .array([.reference("rank"), ranks, .object(["type": .string("null")])])])
    }
}
