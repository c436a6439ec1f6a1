internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import Hummingbird
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

/// What is known of a domain over time: its results, and every change of its grade with the facts behind it.
struct DomainHistory: Sendable {
    /// How many results are shown.
    private static let most = 200

    let domain: DomainName
    /// Results, the latest first.
    let runs: [StoredRun]
    let diff: StoreDiff

    init(_ domain: DomainName, _ store: Store, since instant: Date) throws {
        self.domain = domain
        runs = try store.runs(of: domain, limit: Self.most)
        diff = try StoreDiff(store, since: instant, of: domain)
    }
}

extension MailgradeService {
    /// Whether the history of a domain may be shown: its owner says so in the DNS, or the reader has a token. Throws `Refusal`.
    func requirePublished(_ domain: DomainName, _ request: Request) async throws {
        if keyring.allows(request, .lists) { return }
        // Browsers ask for a password only where one is demanded.
        if FormData(query: request)["signin"] != nil { try keyring.require(request, .lists) }
        if let dns = try? await means.dns(),
            await configuration.manners.ownersWord(on: domain, dns)?.allowsPublishing == true
        {
            return
        }
        let label = configuration.manners.optOutLabel ?? "_mailgrade"
        throw Refusal(
            .notPublic,
            "The history of \(domain.forPeople) is not public. Its owner publishes it with a TXT record \u{201C}v=mailgrade; "
                + "publish=yes\u{201D} at \(label).\(domain.text).")
    }

    /// The page of a domain: grades over time, each change with the fact behind it; `from` and `to` compare two results.
    func history(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let domain = try context.domain()
        try await requirePublished(domain, request)
        let form = FormData(query: request)
        if let from = form["from"], let to = form["to"] {
            return Answer.page(try comparison(domain, from, to))
        }
        return Answer.page(Pages.history(try DomainHistory(domain, means.store, since: oldestChange)))
    }

    /// How far histories go back.
    var oldestChange: Date { means.now().addingTimeInterval(-400 * 86_400) }

    private func comparison(_ domain: DomainName, _ from: String, _ to: String) throws -> HTML {
        let results = try [from, to].map { id -> RunResult in
            let result = try result(try stored(id))
            guard result.run.domain == domain else { throw Refusal(.notFound, "That is a result of another domain.") }
            return result
        }
        let derived = results[0].policies.plan.derivedFacts
        let differences = results[0].evidence.differences(from: results[1].evidence, leavingOut: derived)
        return Pages.comparison(
            domain, results.map(\.run), differences.map { ("\($0.slot.fact)", "\($0.slot.place)", $0.differences) })
    }

    /// The grade as a picture to put on a page of one's own; only where the domain's owner publishes it.
    func badge(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let domain = try context.domain()
        try await requirePublished(domain, request)
        var range: Assessment.GradeRange?
        if let run = try means.store.runs(of: domain, limit: 1).first {
            // Whoever asks for a run chooses its profile; the badge is under the one that is shown first.
            range = means.policies.all[0].assessment(try result(run).evidence, fixing: []).range
        }
        var response = Answer.text(Badge(range: range).svg, type: "image/svg+xml")
        response.headers[.resourcePolicy] = "cross-origin"
        response.headers[.cacheControl] = "max-age=300"
        return response
    }
}
