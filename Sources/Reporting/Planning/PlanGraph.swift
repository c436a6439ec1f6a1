internal import CheckKit

extension PlanReport {
    /// The plan as a graph for Graphviz: what is asked in boxes, what is derived in ovals, and the checks without a frame.
    public func dot() -> String {
        var lines = ["digraph plan {", "  rankdir=LR;", "  node [fontname=\"sans-serif\"];"]
        lines += nodes.map { "  \"\($0.name)\" [label=\"\($0.label(lineEnd: "\\n"))\", shape=\($0.kind.shape)];" }
        lines += edges.map { "  \"\($0.from)\" -> \"\($0.to)\";" }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// The same for Mermaid.
    public func mermaid() -> String {
        var lines = ["flowchart LR"]
        lines += nodes.map { node in
            let (open, close) = node.kind.brackets
            return "  \(node.name.word)\(open)\"\(node.label(lineEnd: "<br/>"))\"\(close)"
        }
        lines += edges.map { "  \($0.from.word) --> \($0.to.word)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private var nodes: [Node] {
        outline.steps.map { step in
            Node(
                name: step.fact.text, remark: step.traffic.map { "\($0.channel.rawValue), \($0.usual.text)" },
                kind: step.isProbe ? .asked : .derived)
        } + outline.checks.map { Node(name: $0.id, remark: nil, kind: .check) }
    }

    private var edges: [(from: String, to: String)] {
        outline.steps.flatMap { step in step.needs.map { ($0.text, step.fact.text) } }
            + outline.checks.flatMap { check in check.needs.map { ($0.text, check.id) } }
    }
}

/// One thing in the graph. Ids of facts and checks are letters, digits, dots and hyphens.
private struct Node {
    enum Kind {
        case asked
        case derived
        case check
    }

    let name: String
    let remark: String?
    let kind: Kind

    func label(lineEnd: String) -> String { [name, remark].compactMap(\.self).joined(separator: lineEnd) }
}

extension Node.Kind {
    var shape: String {
        switch self {
        case .asked: "box"
        case .derived: "ellipse"
        case .check: "plaintext"
        }
    }

    var brackets: (String, String) {
        switch self {
        case .asked: ("[", "]")
        case .derived: ("([", "])")
        case .check: (">", "]")
        }
    }
}

extension ClosedRange<Int> {
    fileprivate var text: String {
        lowerBound == upperBound ? "\(upperBound)" : "\(lowerBound) to \(upperBound)"
    }
}

extension String {
    /// A name that Mermaid takes; `end` is a word of its own there.
    fileprivate var word: String {
        "n_" + String(map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}
