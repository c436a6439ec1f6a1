internal import Batch
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import Hummingbird
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

extension MailgradeService {
    /// The interface for programs, version 1.
    var interface: [Endpoint] {
        let described = described
        return described + [
            Endpoint(.get, "/api/v1/openapi.json") { _, _ in try Answer.json(OpenAPI.document(of: described)) }
        ]
    }

    private var described: [Endpoint] {
        [
            Endpoint(
                .post, "/api/v1/runs",
                .init(
                    id: "startRun", summary: "Starts a run, joins one, or answers with a result that is young enough.",
                    body: "RunRequest", answers: [202: "Run", 200: "Run"],
                    refusals: [.badDomain, .unauthorized, .leftAlone, .tooLarge, .wrongType, .tooMany, .full]),
                answer: startFromProgram),
            Endpoint(
                .get, "/api/v1/runs/{id}",
                .init(id: "getRun", summary: "How a run stands.", answers: [200: "Run"], refusals: [.notFound]),
                answer: run),
            Endpoint(
                .delete, "/api/v1/runs/{id}",
                .init(
                    id: "deleteRun", summary: "Deletes a result; with its key in Mailgraded-Key, or a token.",
                    answers: [204: nil], refusals: [.notFound, .notReady, .unauthorized]), answer: deleteFromProgram),
            Endpoint(
                .get, "/api/v1/runs/{id}/events",
                .init(
                    id: "getRunEvents",
                    summary: "What happens, as server-sent events; Last-Event-ID goes on behind one.",
                    query: [
                        "after": "The number of the last event that was seen.",
                        "view": "board for how it stands, not each event.",
                    ],
                    answers: [200: nil], refusals: [.notFound, .tooMany]), answer: runEvents),
            Endpoint(
                .get, "/api/v1/runs/{id}/report",
                .init(
                    id: "getReport", summary: "The report, as JSON.",
                    query: ["profile": "The id of another profile.", "at": "Another instant of judgement, RFC 3339."],
                    answers: [200: "Report"], refusals: [.notFound, .notReady]), answer: report),
            Endpoint(
                .get, "/api/v1/domains/{name}",
                .init(
                    id: "getDomain",
                    summary: "Results of a domain, and what changed; public only where its owner says so.",
                    answers: [200: "Domain"], refusals: [.badDomain, .notPublic]), answer: domain),
            Endpoint(
                .get, "/api/v1/lists",
                .init(id: "getLists", summary: "The lists that are watched.", answers: [200: "Lists"], needsToken: true)
            ) { request, _ in
                try keyring.require(request, .lists)
                let lists = configuration.lists.keys.sorted().map { name in
                    [
                        "name": JSONValue.string(name),
                        "domains": .integer(configuration.lists[name]?.domains.count ?? 0),
                    ]
                }
                return try Answer.json(["lists": lists])
            },
            Endpoint(
                .get, "/api/v1/lists/{list}",
                .init(
                    id: "getList", summary: "The domains of a list with their letters, the worst first.",
                    answers: [200: "List"], refusals: [.notFound], needsToken: true), answer: listForPrograms),
            Endpoint(
                .get, "/api/v1/profiles",
                .init(id: "getProfiles", summary: "The profiles that are offered.", answers: [200: "Profiles"])
            ) { _, _ in
                let profiles = means.policies.all.map { policy in
                    ["id": policy.profile.id, "title": policy.profile.title, "digest": policy.profile.digest]
                }
                return try Answer.json(["profiles": profiles])
            },
        ]
    }

    private func startFromProgram(_ request: Request, _ context: ServiceContext) async throws -> Response {
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            throw Refusal(.wrongType, "Send application/json.")
        }
        let asked = try RunRequest(json: Array(buffer: try await request.smallBody()))
        let domain = try DomainName(asked: asked.domain)
        var own: OwnProfile?
        if let yaml = asked.profileYAML {
            try keyring.require(request, .profiles)
            own = try OwnProfile(yaml, means.mailgrade)
        }
        let client = networks.network(of: context.client(request), at: means.now())
        let profile = try offered(asked.profile)
        switch try await desk.ask(domain, profile: profile, own: own, age: .seconds(asked.maxAge), client: client) {
        case .started(let id, let key): return try await accepted(id, key)
        case .joined(let id): return try await accepted(id, nil, reading: profile)
        case .recent(let run):
            var response = try Answer.json(RunResource(judged(run, under: profile), profile: profile))
            response.headers[.contentLocation] = "/api/v1/runs/\(run.id)"
            return response
        }
    }

    /// A result under the profile that a program asks for, where somebody else has asked for it under another one.
    private func judged(_ run: StoredRun, under profile: String) throws -> StoredRun {
        guard profile != run.profile else { return run }
        let result = try result(run)
        var run = run
        run.profile = profile
        run.judge(try result.policy(profile).report(result.evidence))
        return run
    }

    /// A run that goes on; `profile` is the one under which it will be read, where somebody else has asked for it.
    private func accepted(_ id: String, _ key: String?, reading profile: String? = nil) async throws -> Response {
        var resource = try await resource(id)
        if let profile, profile != resource.profile { resource.read(under: profile) }
        resource.key = key
        var response = try Answer.json(resource, status: .accepted)
        response.headers[.location] = "/api/v1/runs/\(id)"
        return response
    }

    private func resource(_ id: String) async throws -> RunResource {
        if let live = await desk.live(id) { return RunResource(live.run, await board(live)) }
        return RunResource(try stored(id))
    }

    private func run(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try Answer.json(try await resource(try context.runID()))
    }

    private func deleteFromProgram(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await delete(try context.runID(), key: request.headers[.runKey], request)
        return Response(status: .noContent)
    }

    private func runEvents(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await events(request, context)
    }

    private func report(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let run = try stored(try context.runID())
        guard run.state == .done else { throw Refusal(.notReady, run.why ?? "The run has not ended.") }
        let form = FormData(query: request)
        let instant = try form["at"].map { text -> Date in
            guard let instant = Date(instant: text) else {
                throw Refusal(.badRequest, "at must be an instant such as 2027-01-31T12:00:00Z.")
            }
            return instant
        }
        let result = try result(run)
        let report = try result.policy(form["profile"]).report(result.evidence, at: instant)
        return Answer.text(try Reports([report]).json(), type: "application/json")
    }

    private func domain(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let domain = try context.domain()
        try await requirePublished(domain, request)
        let history = try DomainHistory(domain, means.store, since: oldestChange)
        let lines = try history.diff.json().split(separator: "\n").compactMap { line in
            try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
        }
        let runs = try history.runs.map { run in
            try JSONDecoder().decode(JSONValue.self, from: try StableJSON.data(RunResource(run)))
        }
        return try Answer.json(
            ["domain": JSONValue.string(domain.text), "runs": .array(runs), "changes": .array(lines)])
    }

    private func listForPrograms(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try keyring.require(request, .lists)
        let view = try listView(context.parameters.get("list") ?? "")
        let domains = view.rows.map { row -> JSONValue in
            .object([
                "domain": .string(row.domain.text), "run": row.run.map { .string($0.id) } ?? .null,
                "grades": .object(
                    Dictionary(zip(view.profiles, row.letters.map { .string($0) })) { first, _ in first }),
            ])
        }
        return try Answer.json([
            "name": JSONValue.string(view.name), "profiles": .array(view.profiles.map { .string($0) }),
            "domains": .array(domains),
        ])
    }
}
