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

    /// Loads built-in profiles and files. Throws `UsageError` with everything that is wrong with the first that cannot be used.
    /// A deep run collects what any registered check asks for, whatever the profiles run.
    public init(_ names: [String], plugins: [Plugin], isDeep: Bool = false) throws {
        try self.init(comparing: names, plugins: plugins, isDeep: isDeep)
        var seen: Set<String> = []
        for id in all.map(\.profile.id) where !seen.insert(id).inserted {
            throw UsageError("Two of the profiles have the id \(id). Leave one out, or give it another id.")
        }
    }

    /// The same, where two may be versions of one profile.
    public init(comparing names: [String], plugins: [Plugin], isDeep: Bool = false) throws {
        all = try names.map { try Policy($0, plugins: plugins) }
        do throws(PlanError) {
            plan = try Plan(
                running: isDeep ? nil : all.flatMap(\.profile.checkIDs), showing: Report.facts, from: plugins)
        } catch {
            throw UsageError("The checks of this program do not fit together. \(error)")
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

    /// Judges evidence under each, at its own instant or at another one. Pure.
    public func reports(_ evidence: Evidence, at instant: Date? = nil) -> Reports {
        // What only one of them derives is seen in the reports of all.
        let isShared = all.contains { $0.plan.facts != plan.facts }
        let complete = isShared ? Judge(plan).deriving(evidence) : evidence
        return Reports(all.map { $0.report(complete, at: instant) })
    }
}
