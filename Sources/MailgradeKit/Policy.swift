public import CheckEngine
public import CheckKit
public import FoundationEssentials
public import Grading
internal import Profiles
public import Reporting

/// A profile ready for use: what it plans, and how it judges.
public struct Policy: Sendable {
    /// The profile.
    public let profile: Profile
    /// What it asks for.
    public let plan: Plan
    /// What the program has, and what the profile declares.
    public let plugins: [Plugin]
    private let judge: Judge

    /// Loads a built-in profile or a file. Throws `UsageError` with everything that is wrong with it.
    public init(_ name: String, plugins: [Plugin]) throws {
        try self.init(Self.load(name, from: Self.library(plugins)), plugins: plugins)
    }

    /// Loads a profile that came over the network. Throws `UsageError` with everything that is wrong with it.
    init(network yaml: [UInt8], name: String, plugins: [Plugin]) throws {
        let profile: Profile
        do throws(InvalidProfile) {
            profile = try Self.library(plugins).read(yaml, name: name, origin: .network)
        } catch {
            throw UsageError("The profile cannot be used.\n\(error)")
        }
        try self.init(profile, plugins: plugins)
    }

    private init(_ profile: Profile, plugins: [Plugin]) throws {
        self.profile = profile
        let external = profile.externalChecks
        let plugins = external.isEmpty ? plugins : plugins + [.external(external)]
        self.plugins = plugins
        do throws(PlanError) {
            plan = try Plan(running: profile.checkIDs, showing: Report.facts, from: plugins)
        } catch {
            throw UsageError("The checks of this program do not fit together. \(error)")
        }
        judge = Judge(plan, parameters: profile.parameters)
    }

    /// Judges evidence, at its own instant or at another one. Pure: the same evidence gives the same report.
    public func report(_ evidence: Evidence, at instant: Date? = nil) -> Report {
        let complete = judge.deriving(evidence)
        let results = judge.judge(derived: complete, at: instant)
        return Report(
            evidence: complete, results: results, profile: profile, checks: plan.checks,
            judgedAt: instant ?? complete.collectedAt)
    }

    /// The grade that evidence would have if the findings with these codes were no more, and nothing new came to light.
    public func assessment(
        _ evidence: Evidence, fixing codes: Set<String>, at instant: Date? = nil
    ) -> Assessment {
        let complete = judge.deriving(evidence)
        let instant = instant ?? complete.collectedAt
        let results = judge.judge(derived: complete, at: instant).map {
            CheckResult(check: $0.check, place: $0.place, outcome: $0.outcome.fixing(codes))
        }
        return Grader(profile).grade(results, of: complete.domain, hosts: complete.hosts, at: instant)
    }

    /// Judges evidence with every derived fact, without making a report of it.
    package func assessment(derived evidence: Evidence) -> Assessment {
        Grader(profile).grade(
            judge.judge(derived: evidence), of: evidence.domain, hosts: evidence.hosts, at: evidence.collectedAt)
    }

    /// What a case of the profile comes to on the evidence that it names.
    func result(of profileCase: ProfileCase, on evidence: Evidence) -> CaseResult {
        let complete = judge.deriving(evidence)
        let instant = profileCase.instant ?? complete.collectedAt
        return profileCase.result(
            of: judge.judge(derived: complete, at: instant), domain: complete.domain, hosts: complete.hosts,
            at: instant,
            under: profile)
    }

    /// The built-in profiles, and the checks that profiles may name.
    package static func library(_ plugins: [Plugin]) -> ProfileLibrary {
        ProfileLibrary(builtIn: builtIn, catalog: Catalog(plugins), engine: Engine.version)
    }

    /// Loads a profile. Throws `UsageError` with everything that is wrong with it.
    package static func load(_ name: String, from library: ProfileLibrary) throws -> Profile {
        do throws(InvalidProfile) {
            return try library.load(name)
        } catch {
            throw UsageError("The profile \(name) cannot be used.\n\(error)")
        }
    }

    /// The profiles that are compiled into the program.
    private static var builtIn: [ProfileLibrary.BuiltIn] {
        (0..<embedded_profile_count()).map { index in
            let file = embedded_profile_at(index)
            return ProfileLibrary.BuiltIn(
                id: String(cString: file.name), yaml: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
    }
}
