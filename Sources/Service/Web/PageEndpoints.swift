internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import Hummingbird
internal import MailModel
internal import MailgradeKit
internal import NIOCore
internal import Reporting
internal import Store

extension MailgradeService {
    /// The pages. GET never starts a run.
    var pages: [Endpoint] {
        [
            Endpoint(.get, "/") { _, _ in Answer.page(Pages.home(configuration.profiles(means))) },
            Endpoint(.post, "/runs", answer: startFromPage),
            Endpoint(.get, "/runs/{id}", answer: page),
            Endpoint(.get, "/runs/{id}/events", answer: events),
            Endpoint(.get, "/runs/{id}/evidence", answer: evidence),
            Endpoint(.post, "/runs/{id}/delete", answer: deleteFromPage),
            Endpoint(.get, "/domains/{name}", answer: history),
            Endpoint(.get, "/domains/{name}/badge.svg", answer: badge),
            Endpoint(.get, "/lists", answer: lists),
            Endpoint(.get, "/lists/{list}", answer: list),
            Endpoint(.get, "/about") { _, _ in
                Answer.page(Pages.about(probingText, contact: configuration.manners.contact))
            },
            Endpoint(.get, "/problems") { _, _ in Answer.page(Pages.problems) },
        ]
    }

    private func startFromPage(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let form = try await FormData(body: request)
        let typed = form["domain"] ?? ""
        let profile = form["profile"]
        let domain: DomainName
        do {
            domain = try DomainName(asked: typed)
        } catch let refusal as Refusal {
            metrics.refused(refusal.kind)
            let page = Pages.home(
                configuration.profiles(means), domain: typed, profile: profile, problem: refusal.detail)
            return Answer.page(page, status: .badRequest)
        }
        let client = networks.network(of: context.client(request), at: means.now())
        let chosen = try offered(profile)
        switch try await desk.ask(domain, profile: chosen, client: client) {
        case .started(let id, let key): return Answer.seeOther("/runs/\(id)?key=\(key)")
        case .joined(let id):
            return seeOther(id, profile == nil ? nil : chosen)
        case .recent(let run):
            return seeOther(run.id, run.profile == chosen ? nil : chosen)
        }
    }

    /// Sends to a run that somebody else has asked for; `profile` is the one under which it is to be read.
    private func seeOther(_ run: String, _ profile: String?) -> Response {
        Answer.seeOther("/runs/\(run)\(profile.map { "?profile=\($0.inAddress)" } ?? "")")
    }

    /// The id of a profile that is offered, the first where none is named.
    func offered(_ profile: String?) throws -> String {
        let ids = configuration.profiles(means)
        guard let profile else { return ids[0] }
        guard ids.contains(profile) else {
            throw Refusal(
                .badProfile, "The profile \(profile) is not offered here. These are: \(ids.joined(separator: ", ")).")
        }
        return profile
    }

    private func page(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.runID()
        let form = FormData(query: request)
        let format = try Self.format(form["format"], accept: request.headers[.accept])
        if let live = await desk.live(id) {
            guard format.id == "html" else { throw Refusal(.notReady, "The run has not ended.", retryAfter: 5) }
            return Answer.page(Pages.live(live.run, await board(live)))
        }
        let run = try stored(id)
        // A program that asks for a result must not take a page for one.
        guard run.state == .done || format.id == "html" else {
            throw Refusal(.notReady, run.why ?? "The run has not ended.")
        }
        let title: String
        switch run.state {
        case .done: return try read(run, form, format)
        case .waiting: title = "This run will be begun again when the service starts"
        case .leftAlone: title = "This domain is left alone"
        case .failed: title = "This run came to nothing"
        }
        return Answer.page(Pages.nothing(of: run.domain, why: run.why ?? "", title: title))
    }

    /// How a run stands.
    func board(_ live: LiveRun) async -> BoardState {
        BoardState(
            live.standing, profile: live.run.profile, usual: await desk.usualDuration,
            deadline: means.settings.deadline.inSeconds)
    }

    private func read(_ run: StoredRun, _ form: FormData, _ format: ReportFormat) throws -> Response {
        let reading = RunReading(form)
        let days = Int(configuration.keep / .seconds(86_400))
        guard format.id == "html" else {
            let key = PageCache.Key(run: run.id, profile: reading.profile, format: format.id, day: 0)
            let bytes = try cache.page(key) {
                let result = try result(run)
                return try format.write(Reports([result.policy(reading.profile).report(result.evidence)]), .init())
            }
            return Answer.bytes(bytes, type: "\(format.mediaType); charset=utf-8")
        }
        let now = means.now()
        func make() throws -> String {
            try Pages.report(result(run), reading, now: now, keptFor: days).markup
        }
        let type = "text/html; charset=utf-8"
        // What only one reader sees is not kept.
        guard reading.key == nil, reading.fixes.isEmpty else { return Answer.text(try make(), type: type) }
        let day = Int(now.timeIntervalSince1970 / 86_400)
        let key = PageCache.Key(run: run.id, profile: reading.profile, format: format.id, day: day)
        return Answer.bytes(try cache.page(key, make), type: type)
    }

    /// The format that is asked for by name, or by what the reader accepts (RFC 9110, section 12.5.1); HTML where all will do.
    static func format(_ name: String?, accept: String?) throws -> ReportFormat {
        if let name {
            if let format = ReportFormat.named(name) { return format }
            let all = ReportFormat.all.map(\.id).joined(separator: ", ")
            throw Refusal(.notAcceptable, "There is no format \(name). These are: \(all).")
        }
        for type in accepted(accept ?? "*/*") {
            if type == "*/*" || type == "text/*" { return .named("html") ?? ReportFormat.all[0] }
            if let format = ReportFormat.all.first(where: { $0.mediaType == type && $0.id != "terminal" }) {
                return format
            }
        }
        throw Refusal(.notAcceptable, "No format has one of the types that the request accepts.")
    }

    /// The types that a field names, what is wanted most first; among equals in their order. RFC 9110, section 12.4.2.
    private static func accepted(_ field: String) -> [String] {
        let text = field.lowercased().filter { $0 != " " && $0 != "\t" }
        let items = text.split(separator: ",").map { item -> (type: String, weight: Double) in
            let parts = item.split(separator: ";", omittingEmptySubsequences: false)
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 }
            return (String(parts[0]), weight ?? 1)
        }
        let weights = Set(items.map { $0.weight }).filter { $0 > 0 }.sorted(by: >)
        return weights.flatMap { weight in items.filter { $0.weight == weight }.map { $0.type } }
    }

    func events(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.runID()
        let form = FormData(query: request)
        let after = (request.headers[.lastEvent] ?? form["after"]).flatMap { Int($0) } ?? 0
        guard let live = await desk.live(id) else { return EventStream.over(EndedLine(try stored(id)).text) }
        let client = networks.network(of: context.client(request), at: means.now())
        try streams.check(client)
        return EventStream(
            run: live, view: form["view"] == "board" ? .board : .events, after: after, metrics: metrics,
            client: client, streams: streams, usual: await desk.usualDuration,
            deadline: means.settings.deadline.inSeconds
        ).response
    }

    private func evidence(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let run = try stored(try context.runID())
        guard let data = try means.store.evidence(ofRun: run.id) else {
            throw Refusal(.notReady, "The run has no evidence.")
        }
        var response = Answer.bytes(ByteBuffer(bytes: data), type: "application/json")
        response.headers[.contentDisposition] = "attachment; filename=\"\(run.domain.text).json\""
        return response
    }

    private func deleteFromPage(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let form = try await FormData(body: request)
        try await delete(try context.runID(), key: form["key"], request)
        return Answer.page(Pages.deleted)
    }

    /// Deletes a result, for who has its key or a token. Throws `Refusal` for others.
    func delete(_ id: String, key: String?, _ request: Request) async throws {
        if await desk.live(id) != nil {
            throw Refusal(.notReady, "The run goes on. Delete its result once it has ended.")
        }
        let run = try stored(id)
        if key.map({ SHA256.hex($0.utf8) }) != run.key { try keyring.require(request, .delete) }
        means.store.deleteRun(id)
        cache.forget(id)
        try await means.store.flush()
    }
}

extension MailgradeService {
    /// A run that is on disk. Throws `Refusal` where there is none.
    func stored(_ id: String) throws -> StoredRun {
        guard let run = try means.store.run(id) else {
            throw Refusal(.notFound, "There is no such result; it may have been deleted.")
        }
        return run
    }

    /// What came of a run that has ended. Throws `Refusal` where there is nothing to read.
    func result(_ run: StoredRun) throws -> RunResult {
        let policies = try run.ownProfile.map { try OwnProfile($0, means.mailgrade).policies } ?? means.policies
        guard let data = try means.store.evidence(ofRun: run.id),
            let evidence = try? Evidence(json: data, known: policies.plan.knownFacts)
        else { throw Refusal(.notReady, "The run has no evidence.") }
        return RunResult(run: run, evidence: evidence, policies: policies)
    }

    /// What is said of us to whoever finds us in a log; nil without a contact. RFC 9511.
    var probingText: String? {
        configuration.manners.probingText(until: means.now().addingTimeInterval(180 * 86_400))
    }
}

extension ServiceConfiguration {
    /// The ids of the profiles that are offered.
    func profiles(_ means: RunMeans) -> [String] { means.policies.all.map(\.profile.id) }
}
