internal import CheckKit
internal import MailModel

extension PlanReport {
    /// The plan as a page: in short, then each question, of whom, how often, and which checks rest on it.
    public func document() -> Document {
        var document = Document(title: "Plan", instant: "")
        let policies = profiles.joined(separator: ", ")
        document.heading(
            .title, [Span(domain?.forPeople ?? "any domain", .strong), Span(": the plan of \(policies)")])
        for sentence in inShort { document.paragraph([Span(sentence)]) }
        add("Asked of the DNS", .dns, to: &document)
        add("Asked of the host of the MTA-STS policy", .https, to: &document)
        add("Asked of each mail server, on port \(settings.port)", .smtp, to: &document)
        add("Asked of programs on this machine, which may do more", .program, to: &document)
        if !silent.isEmpty {
            document.section("Asked in ways that their authors do not say")
            document.list(.bullets, silent.map { item($0, "") })
        }
        document.blocks.append(.divider)
        return document
    }

    private var inShort: [String] {
        let checks = outline.checks.count == 1 ? "1 check rests" : "\(outline.checks.count) checks rest"
        guard connections.upperBound > 0 else {
            return ["\(checks) on what follows. No mail server is contacted."]
        }
        var sentences = [
            "\(checks) on what follows. A mail server that behaves sees \(connections.of("connection")), "
                + "\(pace); one that breaks off, puts off or contradicts itself is asked again.",
            "No message is sent: never DATA. In EHLO we say \(settings.helo ?? "the address of this machine").",
        ]
        if !settings.servers.isEmpty {
            let names = settings.servers.map(\.forPeople).joined(separator: ", ")
            sentences.append("The mail servers are \(names), as named, and no others.")
        }
        return sentences
    }

    private var pace: String {
        let together = settings.connectionsPerServer
        let atOnce = together == 1 ? "one at a time" : "at most \(together) at a time"
        guard settings.spacing > .zero else { return atOnce }
        let seconds = settings.spacing.inSeconds
        return "\(atOnce) and \(seconds == seconds.rounded() ? "\(Int(seconds))" : seconds.oneDecimal) s apart"
    }

    private func add(_ title: String, _ channel: Traffic.Channel, to document: inout Document) {
        let questions = questions(channel)
        guard !questions.isEmpty else { return }
        document.section(title)
        document.list(
            .bullets,
            questions.map { question in
                let count = question.traffic.usual.of(channel.noun)
                let isEachSaid = channel == .dns || channel == .program
                let each = question.traffic.each ?? (isEachSaid ? question.step.scope.noun : nil)
                return item(question.step, ": \(question.text); \(count)\(each.map { " for each \($0)" } ?? "")")
            })
    }

    private func item(_ step: PlanOutline.Step, _ question: String) -> Document.Item {
        Document.Item([
            Span(step.subject ?? step.fact.text, .strong), Span(question),
            Span(", \(step.purpose(among: outline.checks.count))", .muted),
        ])
    }
}

extension PlanOutline.Step {
    /// Which checks rest on it, a phrase: by name where they are few.
    fileprivate func purpose(among all: Int) -> String {
        switch checks.count {
        case 0: "for the report"
        case ...3: "for \(checks.joined(separator: ", "))"
        default: "for \(checks.count) of the \(all) checks"
        }
    }
}

extension Traffic.Channel {
    fileprivate var noun: String {
        switch self {
        case .dns: "lookup"
        case .https: "request"
        case .smtp: "connection"
        case .program: "run"
        }
    }
}

extension Scope {
    /// The kind of place, where there may be several of it.
    fileprivate var noun: String? {
        switch self {
        case .domain: nil
        case .host: "MX host"
        case .address: "address"
        case .server: "mail server"
        }
    }
}
