import Checks
import Observations
import Profiles

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
            fatalError(error.description)
        }
    }()

    /// The check that owns a code, and what the code says of itself.
    static func owner(of code: String) -> (check: Check, finding: FindingDescription) {
        guard let owner = catalog.owner(of: code) else { fatalError("no check finds \(code)") }
        return (owner.check, owner.finding)
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
