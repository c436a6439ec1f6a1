public import CheckEngine
public import CheckKit
public import FoundationEssentials
internal import Grading
public import Reporting

/// Several policies for one run: one plan that collects what any of them asks for, judged under each.
public struct Policies: Sendable {
    /// Each policy, in the order in which they were named.
    public let all: [Policy]
    /// The union of the plans.
    public let plan: Plan
    /// What the program has, and what the profiles declare.
    public let plugins: [Plugin]
    private let external: [ExternalCheck]

    /// Loads built-in profiles and files. Throws `UsageError` with everything that is wrong with the first that cannot be used.
    /// A deep run collects what any registered check asks for, whatever the profiles run.
    public init(_ names: [String], plugins: [Plugin], isDeep: Bool = false) throws {
        try self.init(comparing: names, plugins: plugins, isDeep: isDeep)
        var seen: Set<String> = []
        for id in all.map(\.profile.id) where !seen.insert(id).inserted {
            throw UsageError("Two of the profiles have the id \(id). Leave one out, or give it another id.")
        }
        for check in all.flatMap(\.profile.externalChecks) {
            guard let asked = external.first(where: { $0.check.id == check.check.id }),
                !asked.asksTheSame(as: check, FileIdentity.isSameFolder)
            else {
                continue
            }
            throw UsageError(
                "Two of the profiles declare the check \(check.check.id), each in another way. Give one of them another id."
            )
        }
    }

    /// The same, where two may be versions of one profile.
    public init(comparing names: [String], plugins: [Plugin], isDeep: Bool = false) throws {
        let all = try names.map { try Policy($0, plugins: plugins) }
        self.all = all
        let external = Self.external(all.map(\.profile))
        self.external = external
        let plugins = external.isEmpty ? plugins : plugins + [.external(external)]
        self.plugins = plugins
        do throws(PlanError) {
            plan = try Plan(
                running: isDeep ? nil : all.flatMap(\.profile.checkIDs), showing: Report.facts, from: plugins)
        } catch {
            throw UsageError("The checks of this program do not fit together. \(error)")
        }
    }

    /// A profile that came over the network: no file, no program. Throws `UsageError` with everything that is wrong with it.
    package init(network yaml: [UInt8], name: String, plugins: [Plugin]) throws {
        let policy = try Policy(network: yaml, name: name, plugins: plugins)
        all = [policy]
        external = []
        self.plugins = plugins
        plan = policy.plan
    }

    /// The external checks of several profiles, each once: one answer of a program serves all.
    private static func external(_ profiles: [Profile]) -> [ExternalCheck] {
        profiles.flatMap(\.externalChecks).reduce(into: []) { list, check in
            if !list.contains(where: { $0.check.id == check.check.id }) { list.append(check) }
        }
    }

    /// Every fact that these plugins provide, by id. Throws `UsageError` where they do not fit together.
    package static func facts(_ plugins: [Plugin]) throws -> [FactType] {
        do throws(PlanError) {
            return try Plan(running: nil, from: plugins).knownFacts
        } catch {
            throw UsageError("The checks of this program do not fit together. \(error)")
        }
    }

    /// Evidence with new answers of the programs that the profiles declare, whatever was answered when it was collected. Throws
    /// `CancellationError` when the task is cancelled.
    public func runningPrograms(on evidence: Evidence) async throws -> Evidence {
        let complete = Judge(plan).deriving(evidence)
        var answered = evidence
        for check in external where plan.facts.contains(check.outcome.id) {
            for place in complete.places(check.check.scope) {
                answered.settle(Slot(check.outcome.id, place), try await check.observe(complete, at: place))
            }
        }
        return answered
    }

    /// What the program of an external check is given at each place, a line of JSON; or why it is not asked there. Throws `UsageError`
    /// where the profiles declare no such check.
    package func programInputs(
        of id: String, on evidence: Evidence
    ) throws -> [(place: Place, json: Observed<String>)] {
        guard let check = external.first(where: { $0.check.id == id }) else {
            let ids = external.map(\.check.id)
            let nearest = Suggestion.nearest(to: id, in: ids).map { "Did you mean \($0)?" }
            throw UsageError(
                "The profile declares no check \(id). "
                    + (nearest ?? (ids.isEmpty ? "It declares none." : "It declares \(ids.joined(separator: ", ")).")))
        }
        let complete = Judge(plan).deriving(evidence)
        return try complete.places(check.check.scope).map { place in
            let asked: ExternalRequest
            do throws(Absence) {
                asked = try check.request(complete, at: place)
            } catch {
                return (place, .absent(error))
            }
            return (place, .present(String(decoding: try asked.json(), as: UTF8.self)))
        }
    }

    /// Judges evidence under each, at its own instant or at another one. Pure.
    public func reports(_ evidence: Evidence, at instant: Date? = nil) -> Reports {
        // What only one of them derives is seen in the reports of all.
        let isShared = all.contains { $0.plan.facts != plan.facts }
        let complete = isShared ? Judge(plan).deriving(evidence) : evidence
        return Reports(all.map { $0.report(complete, at: instant) })
    }
}
