internal import Hummingbird
internal import Reporting
internal import Store

extension MailgradeService {
    /// What is wrong with what is watched, and the form that says that it is known.
    var alerts: [Endpoint] {
        [
            Endpoint(.get, "/alerts") { request, _ in
                try keyring.require(request, .lists)
                return Answer.page(Pages.alerts(await watcher?.alerts ?? []))
            },
            Endpoint(.post, "/alerts/acknowledge") { request, _ in
                try keyring.require(request, .lists)
                let form = try await FormData(body: request)
                guard let key = form["alert"], try await watcher?.acknowledge(key) == true else {
                    throw Refusal(.notFound, "There is no such open alert; it may be over.")
                }
                return Answer.seeOther("/alerts")
            },
        ]
    }
}

extension Pages {
    /// Alerts that are not over, those that nobody has acknowledged first.
    static func alerts(_ alerts: [Alert]) -> HTML {
        let shown = alerts.filter { $0.state == .open } + alerts.filter { $0.state == .acknowledged }
        let items = shown.map { alert in
            let facts = alert.details.facts.map { HTML.element(.p, text: $0) }.joined()
            let domains = alert.details.domains.sorted()
            let rest = domains.count > 20 ? " and \(domains.count - 20) others" : ""
            let state = alert.state == .open ? "open" : "acknowledged"
            let form = HTML.element(
                .form, attributes: HTML.Attribute.posted(to: "/alerts/acknowledge"),
                inside: .input(.other(.type, "hidden"), .name("alert"), .value(alert.stored.key))
                    + .element(.button, .other(.type, "submit"), text: "Acknowledge"))
            return HTML.element(
                .li,
                inside: .element(.h2, text: "\(alert.details.causeName): \(state)") + facts
                    + .element(
                        .p, .class(.muted),
                        text: "List \(alert.stored.list). Touches \(domains.prefix(20).joined(separator: ", "))\(rest)."
                    )
                    + (alert.state == .open ? form : .nothing))
        }
        return shell(
            "Alerts",
            main: .element(
                .section,
                inside: .element(.h1, text: "Alerts")
                    + (items.isEmpty
                        ? .element(.p, text: "Nothing is wrong, by what is watched.")
                        : .element(.ul, .class(.board), inside: items.joined()))))
    }
}
