internal import CheckKit
internal import Grading
internal import MailModel

extension Report {
    /// The result in one line, as it stands beside the domain wherever a letter is shown: the letter, with the range where
    /// it is provisional and with what was not tested; the range itself where it is wide; or why there is no letter.
    public var headline: String { headlineSpans.map(\.text).joined() }

    /// The same, as text with its roles.
    var headlineSpans: [Span] {
        guard let grade = assessment.grade else { return withoutLetter }
        let isWide = isRangeWide
        let range = assessment.range.map { "between \($0.worst) and \($0.best)" } ?? ""
        var runs = [Span(isWide ? range : grade.rawValue, isWide ? .doubtful : .grade(grade))]
        if let scope, !scope.families.isEmpty {
            runs.append(Span(" over \(scope.families.map(\.rawValue).joined(separator: " and "))"))
        }
        if let supposition { runs.append(Span(" with \(supposition)")) }
        runs += remarks(isWide ? nil : range)
        if let scope { runs.append(Span("; \(scope.sentence)")) }
        if let compliance = assessment.compliance { runs.append(Span("; \(compliance.words)")) }
        return runs
    }

    /// What the run supposes the MX records to be, a phrase; nil where it is about those that are published.
    var supposition: String? {
        let names = namedServers.map(\.forPeople)
        return switch names.count {
        case 0: nil
        case 1: "\(names[0]) as MX host"
        case 2: "\(names[0]) and \(names[1]) as MX hosts"
        default: "\(names.count) named servers as MX hosts"
        }
    }

    /// The domain as names of results have it: a run about named servers is not one about the domain's own.
    var subject: String { supposition.map { "\(domain.text) with \($0)" } ?? domain.text }

    /// What stands in brackets behind the letter.
    private func remarks(_ range: String?) -> [Span] {
        var remarks: [String] = []
        let waived = assessment.waivers.count { $0.state == .used }
        if waived > 0 { remarks.append(waived == 1 ? "1 waiver" : "\(waived) waivers") }
        if assessment.isProvisional {
            let isRange = assessment.range.map { $0.worst != $0.best } ?? false
            remarks.append("provisional: \(isRange ? range ?? openWords : openWords)")
        }
        return remarks.map { Span(" (\($0))") }
    }

    private var withoutLetter: [Span] {
        let supposed = supposition.map { [Span(" with \($0)")] } ?? []
        if let withheld = assessment.withheld {
            return [Span("no grade", .grade(nil))] + supposed + [Span(": \(withheld.because)")]
        }
        return [Span(assessment.compliance?.words ?? "no grade", .grade(nil))] + supposed
    }

    /// Whether the letter could still turn out more than one letter worse: then it is no headline.
    var isRangeWide: Bool {
        guard assessment.isProvisional, let grade = assessment.grade, let worst = assessment.range?.worst else {
            return false
        }
        return Grade.allCases.count { $0 >= worst && $0 < grade } > 1
    }

    /// How much is open, a phrase.
    private var openWords: String {
        let questions = Set(assessment.openQuestions.map(\.check)).count
        let tested = servers.count { $0.address != nil }
        let concerned = servers.count { server in
            guard let address = server.address else { return false }
            return assessment.openQuestions.contains { question in
                switch question.place {
                case .domain: false
                case .host(let host): host == server.host
                case .address(let one): one == address
                case .server(let one): one.host == server.host && one.address == address
                }
            }
        }
        let phrase = questions == 1 ? "1 check open" : "\(questions) checks open"
        return concerned == 0 || tested == 1 ? phrase : "\(phrase) at \(concerned) of \(tested) servers"
    }
}

extension NamedServer {
    /// As people type it.
    var text: String {
        guard let address else { return host.text }
        return address.family == .ipv6 ? "\(host.text):[\(address)]" : "\(host.text):\(address)"
    }

    /// As people read it: the host, and its address in brackets.
    var forPeople: String { address.map { "\(host.forPeople) (\($0))" } ?? host.forPeople }
}
