internal import CheckKit

/// The text of a check that is begun: it builds, and its first example says that it is to be written.
struct CheckDraft {
    let id: String
    let scope: Scope
    /// How the subject's folder is written, where it is the subject's name: types are written likewise.
    var spelling: String?

    private var subject: Substring { id.prefix { $0 != "." } }
    private var claim: Substring { id.drop { $0 != "." }.dropFirst() }

    /// The name of the check in lists of plugins: `spfPublished`.
    var name: String { subject.camel + claim.pascal }
    /// The name of the subject’s plugin: `spf`.
    var plugin: String { subject.camel }
    /// The name of a folder for the subject: short words are most likely abbreviations.
    var folder: String { subject.count <= 4 ? subject.uppercased() : subject.pascal }
    private var type: String { (spelling ?? subject.pascal) + claim.pascal }
    /// The file of the check.
    var file: String { "\(type)Check.swift" }

    /// The file; `access` is what its module writes before `import`.
    func text(access: String) -> String {
        """
        \(access)import CheckKit
        \(access)import MailModel
        \(access)import Observations

        enum \(type)Finding: String, FindingCode {
            case problem = "\(subject).not-\(claim)"

            var sentence: Sentence { "What was seen, in one sentence." }
            var severity: Severity { .warning }
            var remedy: String { "What to do about it." }
        }

        extension Check {
            /// What it claims. The rule it follows: RFC 5321, section 2.4.
            static let \(name) = Check.per\(scope.rawValue.capitalizedFirst)(
                "\(id)",
                title: "The claim in words",
                why: "Why it matters to whoever reads the report.",
                references: [.rfc(5321, section: "2.4")],
                examples: [
                    .given("what passes", \(fact.good), expect: .passed),
                    // Write the facts of the problem here, and .found(.problem, "…") with the sentence that they lead to.
                    .given("what does not", \(fact.bad), expect: .toBeWritten),
                ]
            ) { (\(fact.name): \(fact.type)) -> Verdict<\(type)Finding> in
                \(fact.judgement) ? .passed : .found(.problem)
            }
        }

        """
    }

    /// A fact of the scope to begin with.
    private var fact: (name: String, type: String, good: String, bad: String, judgement: String) {
        switch scope {
        case .domain:
            (
                "hosts", "MailHosts", "MailHosts([MailHost(.sample(\"mx.example.com\"))])", "MailHosts()",
                "!hosts.targets.isEmpty"
            )
        case .host:
            (
                "host", "MailHost", "MailHost(.sample(\"mx.example.com\"))", "MailHost(.sample(\"localhost\"))",
                "host.name.labels.count > 1"
            )
        case .address:
            (
                "names", "PTRNames",
                "PTRNames(.sample(\"192.0.2.25\"), [PTRName(.sample(\"mx.example.com\"), .absent(.unplanned))])",
                "PTRNames(.sample(\"192.0.2.25\"))", "!names.names.isEmpty"
            )
        case .server:
            (
                "ehlo", "EHLOReply", "EHLOReply(keywords: [\"STARTTLS\"])", "EHLOReply(keywords: [])",
                "!ehlo.keywords.isEmpty"
            )
        }
    }

    /// The file of a plugin that has this check alone.
    func pluginText(_ folder: String, access: String) -> String {
        """
        \(access)import CheckKit

        extension Plugin {
            /// The folder in a few words.
            static let \(plugin) = Plugin(
                "\(folder)", summary: "What the folder is about, one sentence.", checks: [.\(name)])
        }

        """
    }
}

extension StringProtocol {
    /// `tls-rpt` as `tlsRpt`.
    fileprivate var camel: String {
        let words = split(separator: "-")
        return words.enumerated().map { index, word in index == 0 ? "\(word)" : "\(word)".capitalizedFirst }.joined()
    }

    /// `tls-rpt` as `TlsRpt`.
    fileprivate var pascal: String { camel.capitalizedFirst }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
