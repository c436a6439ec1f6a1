package import CheckKit

/// What a program answered at one place, or why it gave no answer; with the digest of the program, so that whoever reads the
/// evidence knows which one it was. Codes and arguments are as the program wrote them: the check compares them with what its profile
/// declares when it judges.
package struct ExternalOutcome: DomainFact, Hashable {
    /// Stands in for the id of each check’s own fact.
    package static let id: FactID = "external"

    /// What the program says.
    package enum Word: String, Sendable, Hashable, Codable, CaseIterable {
        case passed
        case found
        case notApplicable = "not-applicable"
        case inconclusive
    }

    /// One thing that it found.
    package struct Found: Sendable, Hashable, Codable {
        /// The finding’s code.
        package var code: String
        /// What it carries, by name.
        package var arguments: [String: JSONValue]
    }

    /// What the program says.
    package var outcome: Word
    /// The reason, where it found nothing out; one sentence.
    package var why: String?
    /// What it found.
    package var findings: [Found] = []
    /// SHA-256 of the program’s file, hexadecimal; nil where it could not be read.
    package var program: String?

    /// An outcome.
    package init(_ outcome: Word, why: String? = nil, findings: [Found] = []) {
        self.outcome = outcome
        self.why = why
        self.findings = findings
    }

    /// The outcome as the check has it. What the profile does not declare makes it inconclusive: the program is at fault then, and not
    /// the server.
    package func outcome(of id: String, _ declared: [FindingDescription]) -> Outcome {
        switch outcome {
        case .passed: return .passed
        case .notApplicable: return .notApplicable(reason)
        case .inconclusive: return .inconclusive(reason)
        case .found:
            var found: [Finding] = []
            for finding in findings {
                guard let description = declared.first(where: { $0.code == finding.code }) else {
                    let codes = declared.map(\.code).joined(separator: ", ")
                    return .inconclusive(
                        "The program of \(id) found \u{201C}\(finding.code)\u{201D}, which is none of its findings (\(codes))."
                    )
                }
                let made = Finding(description, Self.arguments(finding.arguments, of: description))
                if let fault = made.faults.first {
                    return .inconclusive("The program of \(id) found \(finding.code), and \(fault).")
                }
                found.append(made)
            }
            return found.isEmpty
                ? .inconclusive("The program of \(id) found nothing, and says so in no way.") : .found(found)
        }
    }

    private var reason: String {
        let why = why ?? "The program gives no reason."
        return why.last.map { ".!?".contains($0) } == true ? why : "\(why)."
    }

    /// The values as the declaration has them: only it knows that a text is a text, although it looks like an instant.
    private static func arguments(_ values: [String: JSONValue], of description: FindingDescription) -> Arguments {
        Arguments(
            named: values.compactMapValues { value in
                switch value {
                case .integer(let number): .number(Double(number))
                case .number(let number): .number(number)
                case .string(let text): .text(text)
                case .array(let items): .list(items.map(\.asText))
                case .bool, .null, .object: nil
                }
            })
    }
}

extension JSONValue {
    fileprivate var asText: String {
        switch self {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .null, .array, .object: ""
        }
    }
}
