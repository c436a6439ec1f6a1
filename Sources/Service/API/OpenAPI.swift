internal import CheckKit
internal import Hummingbird

/// The description of the interface for programs, made of its endpoints. OpenAPI 3.1.
enum OpenAPI {
    /// What an endpoint is for.
    struct Operation: Sendable {
        let id: String
        let summary: String
        /// Names behind the question mark, each with what it is.
        var query: [String: String] = [:]
        /// The name of the schema of the body; nil for none.
        var body: String?
        /// Statuses with the schemas of their answers; nil for an answer of another kind.
        var answers: [Int: String?]
        /// Kinds of refusals that it may answer with, besides those that all may.
        var refusals: [Refusal.Kind] = []
        /// Whether it is only for those who have a token.
        var needsToken = false
    }

    /// The description.
    static func document(of endpoints: [Endpoint]) -> JSONValue {
        var paths: [String: JSONValue] = [:]
        for endpoint in endpoints {
            guard let operation = endpoint.description else { continue }
            var methods: [String: JSONValue] = [:]
            if case .object(let known)? = paths[endpoint.path] { methods = known }
            methods[endpoint.method.rawValue.lowercased()] = describe(operation, endpoint.path)
            paths[endpoint.path] = .object(methods)
        }
        return .object([
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("mailgraded"), "version": .string("1"),
                "summary": .string("Grades how well mail is protected on its way to a domain."),
                "license": .object(["name": .string("Apache-2.0"), "identifier": .string("Apache-2.0")]),
            ]),
            "servers": .array([.object(["url": .string("/")])]),
            "paths": .object(paths),
            "components": .object([
                "schemas": .object(APISchemas.all),
                "securitySchemes": .object([
                    "token": .object(["type": .string("http"), "scheme": .string("bearer")])
                ]),
            ]),
        ])
    }

    private static func describe(_ operation: Operation, _ path: String) -> JSONValue {
        let inPath = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part -> JSONValue in
            let name = String(part.dropFirst().dropLast())
            return .object([
                "name": .string(name), "in": .string("path"), "required": .bool(true),
                "schema": name == "id" ? APISchemas.id : .object(["type": .string("string")]),
            ])
        }
        let inQuery = operation.query.keys.sorted().map { name -> JSONValue in
            .object([
                "name": .string(name), "in": .string("query"), "required": .bool(false),
                "description": .string(operation.query[name] ?? ""), "schema": .object(["type": .string("string")]),
            ])
        }
        var answers: [String: JSONValue] = [:]
        for (status, schema) in operation.answers {
            var answer: [String: JSONValue] = ["description": .string(status < 300 ? "As asked." : "See the location.")]
            if let schema {
                answer["content"] = content(schema, "application/json")
            }
            answers["\(status)"] = .object(answer)
        }
        let refusals =
            operation.refusals + [.badRequest, .otherHost, .otherSite, .broken, .unknownCoding]
            + (operation.needsToken ? [.unauthorized] : [])
        for kind in refusals where answers["\(kind.status)"] == nil {
            answers["\(kind.status)"] = .object([
                "description": .string(kind.title), "content": content("Problem", "application/problem+json"),
            ])
        }
        var members: [String: JSONValue] = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
            "parameters": .array(inPath + inQuery), "responses": .object(answers),
        ]
        if let body = operation.body {
            members["requestBody"] = .object(["required": .bool(true), "content": content(body, "application/json")])
        }
        if operation.needsToken { members["security"] = .array([.object(["token": .array([])])]) }
        return .object(members)
    }

    private static func content(_ schema: String, _ type: String) -> JSONValue {
        .object([type: .object(["schema": .object(["$ref": .string("#/components/schemas/\(schema)")])])])
    }
}

/// The shapes of what goes in and comes out. JSON Schema 2020-12.
enum APISchemas {
    /// The id of a run.
    static let id: JSONValue = .object(["type": .string("string"), "pattern": .string("^[a-z2-7]{26}$")])

    /// Each by its name.
    static let all: [String: JSONValue] = [
        "RunRequest": object(
            ["domain"],
            [
                "domain": text("The part of a mail address behind the @."),
                "profile": text("The id of a profile that is offered; the first without."),
                "maxAge": .object([
                    "type": .string("integer"), "minimum": .integer(0), "maximum": .integer(31_536_000),
                    "description": .string("How many seconds old a result may be instead of a new run."),
                ]),
                "profileYAML": text("A profile of one's own, YAML; needs a token."),
            ], isClosed: true),
        "Run": object(
            ["id", "domain", "profile", "state", "requested", "links"],
            [
                "id": id, "domain": text("The domain."), "profile": text("The profile that was asked for."),
                "state": .object([
                    "enum": .array(["waiting", "running", "done", "left-alone", "failed"].map { .string($0) })
                ]),
                "requested": time, "finished": time, "why": text("Why there is no result."),
                "place": .object(["type": .string("integer"), "description": .string("Its place in the queue.")]),
                "grade": text("The letter."), "worst": text("The worst letter that it may be."),
                "best": text("The best letter that it may be."),
                "key": text("What may delete the result; only for whoever started the run."),
                "links": .object(["type": .string("object")]),
            ]),
        "Domain": object(
            ["domain", "runs", "changes"],
            [
                "domain": text("The domain."), "runs": list("Run"),
                "changes": .object(["type": .string("array"), "items": .object(["type": .string("object")])]),
            ]),
        "Lists": object(
            ["lists"], ["lists": .object(["type": .string("array"), "items": .object(["type": .string("object")])])]),
        "List": object(
            ["name", "profiles", "domains"],
            [
                "name": text("Its name."), "profiles": .object(["type": .string("array")]),
                "domains": .object(["type": .string("array"), "items": .object(["type": .string("object")])]),
            ]),
        "Profiles": object(
            ["profiles"],
            ["profiles": .object(["type": .string("array"), "items": .object(["type": .string("object")])])]),
        "Problem": object(
            ["type", "title", "status", "detail"],
            [
                "type": text("What kind, an address."), "title": text("What kind, in words."),
                "status": .object(["type": .string("integer")]), "detail": text("What to do instead."),
                "retryAfter": .object(["type": .string("integer"), "description": .string("Seconds.")]),
            ]),
        "Report": .object([
            "type": .string("object"), "description": .string("As mailgrade schema report describes it."),
        ]),
    ]

    private static let time: JSONValue = .object(["type": .string("string"), "format": .string("date-time")])

    private static func text(_ what: String) -> JSONValue {
        .object(["type": .string("string"), "description": .string(what)])
    }

    private static func list(_ schema: String) -> JSONValue {
        .object(["type": .string("array"), "items": .object(["$ref": .string("#/components/schemas/\(schema)")])])
    }

    private static func object(
        _ required: [String], _ properties: [String: JSONValue], isClosed: Bool = false
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .string("object"), "required": .array(required.map { .string($0) }),
            "properties": .object(properties),
        ]
        if isClosed { members["additionalProperties"] = .bool(false) }
        return .object(members)
    }
}
