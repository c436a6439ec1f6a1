internal import CheckKit

/// The index of all checks: a table, and the graph of facts that lead to them.
struct CheckIndex {
    let plugins: [Plugin]

    var markdown: String {
        """
        # Checks

        \(DocumentationWriter.notice)

        A *probe* touches the network and learns a *fact*; a *check* judges facts and touches nothing. Which checks run, and
        what they weigh, is up to the profile (see [Profiles](../Profiles/README.md)).

        \(table)

        ## From facts to checks

        Rounded: facts, a thick border where a probe learns them. A thick arrow collects a fact from every server; a dotted one
        does without the fact where it is absent, or does not wait for it.

        ```mermaid
        \(graph.joined(separator: "\n"))
        ```

        """
    }

    private var table: String {
        Markdown.table(
            ["check", "claim", "judges", "folder"],
            plugins.flatMap { plugin in
                plugin.checks.map { check in
                    [
                        Markdown.code(check.id), Markdown.text(check.title), check.scope.words,
                        "[\(plugin.name)](\(plugin.name)/README.md)",
                    ]
                }
            })
    }

    private var graph: [String] {
        let probes = plugins.flatMap(\.probes)
        let derivations = plugins.flatMap(\.derivations)
        let checks = plugins.flatMap(\.checks)
        let facts =
            probes.map { "    \(node($0.provides.id)):::probed" } + derivations.map { "    \(node($0.provides.id))" }
        var edges: [String] = []
        for probe in probes { edges += probe.needs.compactMap { edge($0, to: name(probe.provides.id)) } }
        for derivation in derivations {
            edges += derivation.needs.compactMap { edge($0, to: name(derivation.provides.id)) }
        }
        for check in checks { edges += check.needs.compactMap { edge($0, to: "check_" + identifier(check.id)) } }
        return ["graph LR", "    classDef probed stroke-width:3px"] + facts
            + checks.map { "    check_\(identifier($0.id))[\"\($0.id)\"]" } + edges
    }

    /// Nil for a mere question about the plan: nothing flows along it.
    private func edge(_ need: Dependency, to target: String) -> String? {
        let arrow: String? =
            switch need.kind {
            case .single: "-->"
            case .fanIn: "==>"
            case .pending, .observed: "-.->"
            case .wanted: nil
            }
        return arrow.map { "    \(name(need.fact.id)) \($0) \(target)" }
    }

    private func node(_ fact: FactID) -> String { "\(name(fact))([\"\(fact)\"])" }

    private func name(_ fact: FactID) -> String { "fact_" + identifier(fact.text) }

    /// Mermaid's names hold no dots and no hyphens.
    private func identifier(_ text: String) -> String {
        String(text.map { $0 == "." || $0 == "-" ? "_" : $0 })
    }
}
