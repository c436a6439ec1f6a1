import CheckEngine
import CheckKit
import Checks
import Observations
import Testing

/// A folder under Checks or Observations is a plugin, and a plugin is a folder.
@Suite struct RegistryTests {
    private func folders(in room: String = "Checks") throws -> [String] {
        try Repository.names(in: room).filter { name in
            try Repository.isFolder("\(room)/\(name)")
                && Repository.names(in: "\(room)/\(name)").contains { $0.hasSuffix(".swift") }
        }
    }

    @Test("every folder of checks and of observations is registered, and nothing else")
    func registryIsComplete() throws {
        try expectRegistered(Plugin.judgements, in: "Checks")
        try expectRegistered(Plugin.observations, in: "Sources/Observations")
    }

    private func expectRegistered(_ plugins: [Plugin], in room: String) throws {
        let folders = Set(try folders(in: room))
        let registered = Set(plugins.map(\.name))
        for name in folders.subtracting(registered).sorted() {
            Issue.record(
                """
                The folder \(room)/\(name) is not registered, so nothing in it runs. Add the line of its plugin to \
                \(room)/Registry.swift; the plugin's name must be "\(name)", as the folder's.
                """)
        }
        for name in registered.subtracting(folders).sorted() {
            Issue.record(
                "\(room)/Registry.swift has the plugin \(name), and no folder \(room)/\(name) has Swift files.")
        }
    }

    @Test("what is observed judges nothing, and every folder of checks does")
    func whoJudges() {
        #expect(Plugin.observations.allSatisfy { $0.checks.isEmpty })
        #expect(!Plugin.judgements.contains { $0.checks.isEmpty })
    }

    @Test("the registries are alphabetical")
    func registriesAreAlphabetical() {
        // Plugins are no arguments of a test: each would be printed whole.
        for plugins in [Plugin.judgements, Plugin.observations] {
            let names = plugins.map { $0.name.lowercased() }
            #expect(names == names.sorted())
        }
    }

    @Test("a check that provokes servers is marked, and runs under no shipped profile, nor in a deep run")
    func intrusive() throws {
        let checks = Plugin.builtIn.flatMap(\.checks)
        let intrusive = Set(checks.filter(\.isIntrusive).map(\.id))
        #expect(intrusive == ["tls.no-heartbleed"])
        let deep = try Plan(from: Plugin.builtIn)
        #expect(Set(checks.map(\.id)).subtracting(deep.checks.map(\.id)) == intrusive)
        #expect(!deep.facts.contains("tls.heartbleed"))
        let named = try Plan(running: Array(intrusive), from: Plugin.builtIn)
        #expect(named.facts.contains("tls.heartbleed"))
        for name in try Repository.names(in: "Profiles").filter({
            $0.hasSuffix(".yaml") && !$0.hasSuffix(".tests.yaml")
        }) {
            let text = try #require(Repository.text("Profiles/\(name)"))
            for id in intrusive { #expect(!text.contains(id), "\(name) names \(id)") }
        }
    }

    @Test("reports name no check", arguments: Plugin.judgements.flatMap(\.checks).map(\.id))
    func reportsNameNoCheck(_ id: String) throws {
        for (path, lines) in try Repository.sources(below: "Sources/Reporting") {
            for line in lines where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                #expect(!line.contains("\"\(id)\""), "\(path) names \(id)")
            }
        }
    }

    @Test("every probe says what it is doing, in words")
    func activities() {
        let silent = Plugin.builtIn.flatMap(\.probes).filter { $0.activity == nil }.map(\.provides.id)
        #expect(silent == [])
    }

    @Test("a plugin says in one sentence what it is about", arguments: Plugin.builtIn.map(\.name))
    func summaries(_ name: String) throws {
        let plugin = try #require(Plugin.builtIn.first { $0.name == name })
        #expect(plugin.summary.hasSuffix(".") && plugin.summary.first?.isUppercase == true)
    }
}
