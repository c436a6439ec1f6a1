import CheckKit
import Checks
import Observations
import Reporting
import Testing

/// Profiles, saved evidence and other people's scripts name checks, findings and facts: a name that changes must show in a
/// review.
@Suite struct NameSnapshotTests {
    private func expectCurrent(_ name: String, _ lines: [String]) throws {
        let file = GeneratedFile(
            path: "Tests/RepositoryTests/Snapshots/\(name)", text: lines.sorted().map { $0 + "\n" }.joined())
        let difference = try file.difference(recordedBy: "RECORD_SNAPSHOTS", hint: "make docs")
        #expect(difference == nil)
    }

    @Test("finding codes, their default severities and arguments are those of the last review")
    func codes() throws {
        try expectCurrent(
            "codes.txt",
            Plugin.builtIn.compactMap(\.written).flatMap(\.checks).flatMap { check in
                check.findings.map { finding in
                    ([finding.code, finding.severity.rawValue]
                        + finding.arguments.map { "\($0.name):\($0.kind.rawValue)" } + ["(\(check.id))"])
                        .joined(separator: " ")
                }
            })
    }

    @Test("check ids, their scopes and parameters are those of the last review")
    func checks() throws {
        try expectCurrent(
            "checks.txt",
            Plugin.builtIn.compactMap(\.written).flatMap(\.checks).map { check in
                let parameters = check.parameters?.entries.map { "\($0.key)=\($0.standard)" } ?? []
                let former = check.formerIDs.map { "formerly:\($0)" }
                return ([check.id, check.scope.rawValue] + parameters + former).joined(separator: " ")
            })
    }

    @Test(
        "the public names that packages of others build on are those of the last review",
        arguments: ["CheckKit", "CheckKitTesting"])
    func publicNames(_ module: String) throws {
        var names: Set<String> = []
        for (_, lines) in try Repository.sources(below: "Sources/\(module)") {
            var owner = ""
            for line in lines {
                if let type = line.prefixMatch(
                    of:
                        /(?:(?:public|package|final|indirect) )*(?:struct|class|enum|actor|protocol|extension) ([\w.\[\]]+)/
                ) {
                    owner = String(type.1)
                }
                guard
                    let declared = line.prefixMatch(
                        of:
                            /( *)public (?:(?:static|final|mutating|indirect|private\(set\)) )*(struct|class|enum|actor|protocol|func|var|let|init|typealias)\b ?(`?\w*)/
                    )
                else { continue }
                names.insert(
                    "\(declared.1.isEmpty ? "" : owner + ".")\(declared.3.isEmpty ? (declared.2 == "func" ? "operator" : "init") : declared.3) (\(declared.2))"
                )
            }
        }
        try expectCurrent("public-\(module).txt", Array(names))
    }

    @Test("fact ids, their versions and scopes are those of the last review")
    func facts() throws {
        let facts = Plugin.builtIn.flatMap { plugin in
            plugin.probes.map { ($0.provides, "probe") } + plugin.derivations.map { ($0.provides, "derived") }
        }
        try expectCurrent(
            "facts.txt", facts.map { fact, kind in "\(fact.id) \(fact.version) \(fact.scope.rawValue) \(kind)" })
    }
}
