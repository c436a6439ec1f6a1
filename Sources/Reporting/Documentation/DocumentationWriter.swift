public import CheckKit

/// Writes the pages about checks from the checks themselves, so that they cannot disagree with what the program does.
public enum DocumentationWriter {
    /// A page for each plugin and an index, each under its path in the repository, for example `Checks/PTR/README.md`.
    public static func pages(for plugins: [Plugin]) -> [String: String] {
        let plugins = plugins.compactMap(\.written)
        let providers = Providers(plugins)
        var pages = ["Checks/README.md": CheckIndex(plugins: plugins).markdown]
        for plugin in plugins {
            pages[plugin.page] = CheckPage(plugin: plugin, providers: providers).markdown
        }
        return pages
    }

    /// Stands at the top of every generated page.
    static let notice = "<!-- Written by make docs from the code of the checks. Change the code, not this page. -->"
}

/// Which plugin learns or derives a fact.
struct Providers {
    /// How a fact comes to be.
    enum Way {
        case probe
        case derivation(from: [FactID])
    }

    /// A fact with the folder it comes from.
    struct Entry {
        let fact: FactType
        let plugin: String
        /// Where the folder's page is, in the repository.
        let page: String
        let way: Way
    }

    private let entries: [FactID: Entry]

    init(_ plugins: [Plugin]) {
        let all = plugins.flatMap(\.providedFacts)
        entries = Dictionary(all.map { ($0.fact.id, $0) }) { first, _ in first }
    }

    subscript(_ id: FactID) -> Entry? { entries[id] }
}

extension Plugin {
    /// Without checks that are only begun; nil where nothing is left.
    package var written: Plugin? {
        let checks = checks.filter(\.isWritten)
        guard checks.count < self.checks.count else { return self }
        guard !checks.isEmpty || !probes.isEmpty || !derivations.isEmpty else { return nil }
        return Plugin(name, summary: summary, probes: probes, derivations: derivations, checks: checks)
    }

    /// Where its page is. What judges nothing is no folder of checks.
    var page: String { (checks.isEmpty ? "Sources/Observations/" : "Checks/") + "\(name)/README.md" }

    /// The facts of this plugin: what its probes learn, then what is derived.
    var providedFacts: [Providers.Entry] {
        probes.map { Providers.Entry(fact: $0.provides, plugin: name, page: page, way: .probe) }
            + derivations.map {
                Providers.Entry(
                    fact: $0.provides, plugin: name, page: page, way: .derivation(from: $0.needs.map(\.fact.id)))
            }
    }
}
