internal import Grading
internal import MailModel
internal import Reporting

/// The pages of the service. The report itself is the HTML format's; everything here stands around it.
enum Pages {
    /// A page that is no report.
    static func shell(_ title: String, refresh: Int? = nil, scripts: [StaticString] = [], main: HTML) -> HTML {
        .served(
            title: title, refresh: refresh, styles: [HTML.style, style], scripts: scripts,
            body: .element(.a, .class(.skip), .link(to: "main"), text: "Skip to the content")
                + header
                + .element(
                    .div, .class(.page),
                    inside: .element(.main, .class(.content), .id("main"), .isTargetOnly, inside: main)))
    }

    /// What stands at the top of every page.
    static let header = HTML.element(
        .div, .class(.nav),
        inside: .element(
            .nav, .label("mailgrade"),
            inside: .element(.a, .path("/"), text: "mailgrade") + HTML(" ")
                + .element(.a, .path("/about"), text: "About these tests")))

    /// The form that starts a run.
    static func ask(_ profiles: [String], domain: String = "", profile: String? = nil, isFirst: Bool = true) -> HTML {
        let field =
            HTML.element(.label, .for("domain"), text: "Domain")
            + .input(
                .id("domain"), .name("domain"), .value(domain), .other(.type, "text"), .other(.inputmode, "url"),
                .other(.autocapitalize, "none"), .other(.autocomplete, "off"), .other(.spellcheck, "false"),
                .other(.maxlength, "320"), .placeholder("example.com"), .flag(.required),
                isFirst ? .flag(.autofocus) : nil, .described(by: "domain-help"))
        let choice =
            profiles.count < 2
            ? HTML.nothing
            : .element(.label, .for("profile"), text: "Profile")
                + .element(
                    .select, .id("profile"), .name("profile"),
                    inside: profiles.map { id in
                        HTML.element(.option, .value(id), id == profile ? .flag(.selected) : nil, text: id)
                    }.joined())
        return .element(
            .form, attributes: [.class(.ask)] + HTML.Attribute.posted(to: "/runs"),
            inside: field + choice + .element(.button, .other(.type, "submit"), text: "Grade")
                + .element(
                    .p, .class(.muted), .id("domain-help"),
                    text:
                        "The part of a mail address behind the @. Its mail servers are connected to, ten to twenty times "
                        + "each; no mail is sent."))
    }

    /// The first page; `problem` is what was wrong with what was typed.
    static func home(_ profiles: [String], domain: String = "", profile: String? = nil, problem: String? = nil) -> HTML
    {
        let warning =
            problem.map { HTML.element(.p, .class(.bad), .role("alert"), text: $0) } ?? .nothing
        return shell(
            "mailgrade: how well is mail protected on its way to a domain?",
            main: .element(
                .section,
                inside: .element(.h1, text: "How well is mail protected on its way to a domain?")
                    + .element(
                        .p, .class(.why),
                        text:
                            "Every mail server of the domain is tested: TLS, certificates, MTA-STS, DANE, open relay and "
                            + "more. The grade goes from A+ to F, with the reasons and the shortest way up.")
                    + warning + ask(profiles, domain: domain, profile: profile)))
    }

    /// A refusal.
    static func problem(_ refusal: Refusal) -> HTML {
        let lines = refusal.detail.split(separator: "\n").map(String.init)
        var text = lines.map { HTML.element(.p, text: $0) }.joined()
        if refusal.kind == .notPublic {
            text += .element(.p, inside: .element(.a, .path("?signin=1"), text: "I have a token for it"))
        }
        return shell(
            refusal.kind.title,
            main: .element(
                .section,
                inside: .element(.h1, text: refusal.kind.title) + text
                    + .element(.p, inside: .element(.a, .path("/"), text: "Grade a domain"))))
    }

    /// A run that came to nothing.
    static func nothing(of domain: DomainName, why: String, title: String) -> HTML {
        shell(
            "\(domain.forPeople): \(title)",
            main: .element(
                .section,
                inside: .element(.h1, text: domain.forPeople) + .element(.p, .class(.headline), text: title)
                    + .element(.p, text: why)
                    + .element(.p, inside: .element(.a, .path("/"), text: "Grade another domain"))))
    }

    /// After a result was deleted.
    static let deleted = shell(
        "Deleted",
        main: .element(
            .section,
            inside: .element(.h1, text: "The result is deleted")
                + .element(.p, inside: .element(.a, .path("/"), text: "Grade a domain"))))

    /// What refusals mean, for programs that were sent here by the type of one.
    static let problems = shell(
        "Problems",
        main: .element(
            .section,
            inside: .element(.h1, text: "Problems")
                + .element(
                    .dl, .class(.notes),
                    inside: Refusal.Kind.allCases.map { kind in
                        HTML.element(
                            .div, .id(kind.rawValue),
                            inside: .element(.dt, text: "\(kind.rawValue) (\(kind.status))")
                                + .element(.dd, text: "\(kind.title)."))
                    }.joined())))

    /// For postmasters who find us in their logs.
    static func about(_ text: String?, contact: String?) -> HTML {
        let who = contact.map { contact in
            HTML.element(.p, inside: HTML("Whom to write to: ") + .element(.strong, text: contact))
        }
        let probing = text.map {
            HTML.element(.pre, .leftToRight, inside: HTML(lines: $0.split(separator: "\n").map(String.init)))
        }
        let what = HTML.element(
            .p,
            text: "Somebody asked this page to grade a domain whose mail you receive. We connect to port 25, say "
                + "EHLO and STARTTLS, look at TLS versions, suites and certificates, name a few recipients to see "
                + "whether the server relays, and say goodbye. No mail is sent.")
        let how = HTML.element(
            .p,
            text: "A server gets ten to twenty connections, at most three at a time, and fewer as soon as it says "
                + "that it has enough. What one person has asked for is not asked again for others within a minute.")
        let stop = HTML.element(
            .p,
            text: "Publish a TXT record \u{201C}v=mailgrade; test=no\u{201D} at _mailgrade below the domain or below "
                + "the MX host: we then connect to none of its servers. With \u{201C}v=mailgrade; "
                + "publish=yes\u{201D} at the domain its history and its badge may be seen by everybody; without, "
                + "only whoever has the address of a result can see it.")
        var inside = HTML.element(.h1, text: "You found us in your log?") + what + how
        inside += HTML.element(.h2, text: "How to stop it") + stop + (who ?? .nothing)
        if let probing { inside += HTML.element(.h2, text: "probing.txt") + probing }
        return shell("About these tests", main: .element(.section, inside: inside))
    }
}
