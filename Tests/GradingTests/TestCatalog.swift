import Checks
import Observations
import Profiles
import Testing

@testable import CheckKit
@testable import Grading

/// The checks that the default profile grades. Outcomes are made by hand, so nothing is judged here.
enum TestCatalog {
    static let checks: [Check] = {
        let ids = Set(standard.checkIDs)
        return everything.filter { ids.contains($0.id) }
    }()

    private static let everything = Plugin.builtIn.flatMap(\.checks)

    static let catalog = Catalog(checks: checks)

    /// Every fact of the program.
    static let facts = Plugin.builtIn.flatMap { $0.probes.map(\.provides) + $0.derivations.map(\.provides) }

    /// The built-in profiles, from the program itself, and some checks more than it has.
    static func library(of checks: [Check] = everything, with more: [Check] = []) -> ProfileLibrary {
        let profiles = (0..<embedded_profile_count()).map { index in
            let profile = embedded_profile_at(index)
            let bytes = Array(UnsafeBufferPointer(start: profile.bytes, count: profile.count))
            return ProfileLibrary.BuiltIn(id: String(cString: profile.name), yaml: bytes)
        }
        return ProfileLibrary(builtIn: profiles, catalog: Catalog(checks: checks + more, facts: facts), engine: "0.1.0")
    }

    /// The profile default. `DefaultProfileTrait` sees to it that no test asks for it where it cannot be read.
    static var standard: Profile {
        switch loaded {
        case .success(let profile): profile
        case .failure(let missing): fatalError(missing.description)
        }
    }

    /// Why the profile default cannot be read; nil when it can.
    static var missing: DefaultProfileTrait.Missing? {
        if case .failure(let missing) = loaded { missing } else { nil }
    }

    private static let loaded: Result<Profile, DefaultProfileTrait.Missing> = {
        do throws(InvalidProfile) {
            return .success(try library().load("default"))
        } catch {
            return .failure(
                DefaultProfileTrait.Missing(
                    description: """
                        The profile default cannot be read, so this test did not run. Where it names a check that is \
                        unknown: does Checks/Registry.swift have the line of the check's folder, and the folder's plugin \
                        the check?
                        \(error.description)
                        """))
        }
    }()

    private static let standInCheck = check("stand.in", .domain, error: ["stand.in-code"])

    /// The check that owns a code, and what the code says of itself.
    static func owner(of code: String) -> (check: Check, finding: FindingDescription) {
        guard let owner = catalog.owner(of: code) else {
            Issue.record(
                "No check of the profile default finds \(code). Was it renamed, or its check taken out of the profile?")
            return (standInCheck, standInCheck.findings[0])
        }
        return (owner.check, owner.finding)
    }

    /// At what kind of place a check judges; nil, and the test fails, where the profile default has no such check.
    static func scope(of id: String) -> Scope? {
        guard let scope = catalog.check(id)?.check.scope else {
            Issue.record(
                "The profile default runs no check \(id). Was it renamed? Or does Checks/Registry.swift lack its folder?"
            )
            return nil
        }
        return scope
    }

    static func check(
        _ id: String, _ scope: Scope, error: [String] = [], more: [String: Severity] = [:],
        arguments: [String: [String]] = [:], parameters: ParametersType? = nil, formerIDs: [String] = []
    ) -> Check {
        let codes = error.map { ($0, Severity.error) } + more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return Check(
            id: id, title: id, why: "", references: [], formerIDs: formerIDs, scope: scope, needs: [],
            findings: codes.map {
                FindingDescription(AnyCode(rawValue: $0.0, severity: $0.1, arguments: arguments[$0.0] ?? []))
            },
            parameters: parameters, examples: { [] }, judge: { _ in .passed })
    }
}

/// A finding code made at run time.
private struct AnyCode: FindingCode {
    static let allCases: [AnyCode] = []
    let rawValue: String
    let severity: Severity
    let arguments: [FindingArgument]
    var sentence: Sentence { Sentence(stringLiteral: "\(rawValue).") }
    var remedy: String { "" }

    init(rawValue: String, severity: Severity, arguments: [String]) {
        self.rawValue = rawValue
        self.severity = severity
        self.arguments = arguments.map { .number($0, "A number.") }
    }

    init?(rawValue: String) { nil }
}
