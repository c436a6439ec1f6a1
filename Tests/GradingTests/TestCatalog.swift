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

    /// The built-in profiles, from the program itself, and some checks more than it has.
    static func library(of checks: [Check] = everything, with more: [Check] = []) -> ProfileLibrary {
        let profiles = (0..<embedded_profile_count()).map { index in
            let profile = embedded_profile_at(index)
            let bytes = Array(UnsafeBufferPointer(start: profile.bytes, count: profile.count))
            return ProfileLibrary.BuiltIn(id: String(cString: profile.name), yaml: bytes)
        }
        return ProfileLibrary(builtIn: profiles, catalog: Catalog(checks: checks + more), engine: "0.1.0")
    }

    static let standard: Profile = {
        do throws(InvalidProfile) {
            return try library().load("default")
        } catch {
            Issue.record(
                """
                The profile default cannot be read, and nearly every test here fails with it. Where it names a check that \
                is unknown: does Checks/Registry.swift have the line of the check's folder, and the folder's plugin the \
                check?
                \(error.description)
                """)
            return standIn
        }
    }()

    /// What takes the place of a profile that cannot be read, so that tests fail and say why instead of ending the process.
    private static let standIn: Profile = {
        let yaml = """
            schema: 1
            id: stand-in
            title: Stand-in
            checks: { stand.in: { weight: 1 } }
            grade:
              credit: { info: 1, notice: 0.8, warning: 0.5, error: 0, critical: 0 }
              bands: { A+: 97, A: 90, B: 75, C: 50, D: 25, F: 0 }
            """
        let library = ProfileLibrary(builtIn: [], catalog: Catalog(checks: [standInCheck]))
        do throws(InvalidProfile) {
            return try library.read(Array(yaml.utf8), name: "stand-in.yaml")
        } catch {
            fatalError("The profile in this file is wrong: \(error.description)")
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
    let arguments: [String]
    var remedy: String { "" }

    init(rawValue: String, severity: Severity, arguments: [String]) {
        self.rawValue = rawValue
        self.severity = severity
        self.arguments = arguments
    }

    init?(rawValue: String) { nil }
}
