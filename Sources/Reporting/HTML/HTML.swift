internal import MailModel

/// Markup. Whatever text is put into it is text and nothing else: no other way leads in than these functions, so that nothing a server
/// says can become an element, an attribute or a script.
package struct HTML: Sendable, Hashable {
    /// The markup as it stands in a file.
    package private(set) var markup: String

    /// Nothing.
    package static let nothing = HTML(markup: "")

    private init(markup: String) { self.markup = markup }

    /// Text. Where some of it is written from right to left, it is isolated, so that it does not turn what stands around it.
    package init(_ text: String) {
        let escaped = Self.escaped(text)
        markup = text.isPartlyRightToLeft ? "<bdi>\(escaped)</bdi>" : escaped
    }

    /// Lines of text, each ended by the next, for elements that keep line ends.
    package init(lines: [String]) { markup = lines.map { HTML($0).markup }.joined(separator: "\n") }

    /// An element with what is inside.
    package static func element(_ tag: Tag, _ attributes: Attribute?..., inside: HTML = .nothing) -> HTML {
        element(tag, attributes: attributes.compactMap { $0 }, inside: inside)
    }

    /// A field of a form: an element without an end.
    package static func input(_ attributes: Attribute?...) -> HTML {
        HTML(markup: "<input\(attributes.compactMap { $0 }.map { " \($0.markup)" }.joined())>")
    }

    /// An element of text.
    package static func element(_ tag: Tag, _ attributes: Attribute?..., text: String) -> HTML {
        element(tag, attributes: attributes.compactMap { $0 }, inside: HTML(text))
    }

    /// An element with what is inside.
    package static func element(_ tag: Tag, attributes: [Attribute], inside: HTML) -> HTML {
        let head = attributes.map { " \($0.markup)" }.joined()
        return HTML(markup: "<\(tag.rawValue)\(head)>\(inside.markup)</\(tag.rawValue)>" + (tag.endsLine ? "\n" : ""))
    }

    /// A whole document. The style and the script are this program's own; a policy in the document allows these two and nothing else.
    static func document(title: String, body: HTML) -> HTML {
        let policy =
            "default-src 'none'; style-src '\(ContentHash.style)'; script-src '\(ContentHash.script)'; "
            + "base-uri 'none'; form-action 'none'"
        return document(
            title: title,
            head: HTML(markup: "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"),
            styles: [style], scripts: [script], body: body)
    }

    /// A whole document of a server that says with each answer what the document may do. `refresh`: after so many seconds a browser
    /// without scripts asks again.
    package static func served(
        title: String, refresh: Int? = nil, styles: [StaticString], scripts: [StaticString], body: HTML
    ) -> HTML {
        let again = refresh.map {
            HTML(markup: "<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"></noscript>\n")
        }
        return document(title: title, head: again ?? .nothing, styles: styles, scripts: scripts, body: body)
    }

    private static func document(
        title: String, head: HTML, styles: [StaticString], scripts: [StaticString], body: HTML
    ) -> HTML {
        let styles = styles.map { "<style>\($0)</style>" }.joined(separator: "\n")
        let scripts = scripts.map { "<script>\($0)</script>" }.joined(separator: "\n")
        return HTML(
            markup: """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                \(head.markup)<meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta name="referrer" content="no-referrer">
                <meta name="robots" content="noindex">
                <title>\(escaped(title))</title>
                \(styles)
                </head>
                <body>
                \(body.markup)\(scripts)
                </body>
                </html>

                """)
    }

    package static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.markup + right.markup) }
    package static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

    /// Text that is text in an element and in a quoted attribute. What could steer a terminal or disguise other text is written as
    /// `\u{…}`, as are the characters that no HTML document may hold. HTML, section 13.1.
    static func escaped(_ text: String) -> String {
        let plain = text.escapedForTerminal
        guard
            plain.utf8.contains(where: {
                [0x26, 0x3C, 0x3E, 0x22, 0x27, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4].contains($0)
            })
        else { return plain }
        var escaped = ""
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default:
                if scalar.isNoncharacter {
                    escaped += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }
}

extension [HTML] {
    /// All of them, one after the other.
    package func joined() -> HTML { reduce(into: .nothing) { $0 += $1 } }
}

extension HTML {
    /// The elements that a report is made of.
    package enum Tag: String {
        case a, bdi, body, button, caption, dd, details, div, dl, dt, fieldset, footer, form, h1, h2, h3, h4, header,
            label
        case legend, li, main, nav, ol, option, p, pre, rect, section, select, span, strong, summary, svg, table, tbody,
            td, th, thead, time, tr, ul

        /// Whether a line may end after it without being seen.
        var endsLine: Bool {
            switch self {
            case .a, .bdi, .button, .dd, .dt, .label, .legend, .option, .rect, .span, .strong, .svg, .td, .th, .time:
                false
            default: true
            }
        }
    }

    /// The attributes that a report has.
    package struct Attribute: Sendable, Hashable {
        fileprivate let markup: String

        private init(_ name: String, _ value: String) { markup = "\(name)=\"\(HTML.escaped(value))\"" }
        private init(flag name: String) { markup = name }

        package static func `class`(_ names: Class?...) -> Attribute {
            Attribute("class", names.compactMap { $0?.rawValue }.joined(separator: " "))
        }
        package static func id(_ id: String) -> Attribute { Attribute("id", id) }
        package static func link(to id: String) -> Attribute { Attribute("href", "#\(id)") }
        /// An address on the web; nil for one of another kind, which is then no link.
        package static func web(_ address: String) -> Attribute? {
            address.hasPrefix("https://") ? Attribute("href", address) : nil
        }
        /// A path of the same server, with a question behind it perhaps.
        package static func path(_ path: String) -> Attribute { Attribute("href", path) }
        /// Where a form is sent, as a POST.
        package static func posted(to path: String) -> [Attribute] {
            [Attribute("action", path), Attribute("method", "post")]
        }
        /// Where a form is sent, as a GET.
        package static func asked(at path: String) -> [Attribute] {
            [Attribute("action", path), Attribute("method", "get")]
        }
        package static func name(_ name: String) -> Attribute { Attribute("name", name) }
        package static func value(_ value: String) -> Attribute { Attribute("value", value) }
        package static func `for`(_ id: String) -> Attribute { Attribute("for", id) }
        package static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", text) }
        package static func data(_ name: String, _ value: String) -> Attribute { Attribute("data-\(name)", value) }
        package static func described(by id: String) -> Attribute { Attribute("aria-describedby", id) }
        package static func other(_ name: Other, _ value: String) -> Attribute { Attribute(name.rawValue, value) }
        package static func flag(_ name: Flag) -> Attribute { Attribute(flag: name.rawValue) }

        /// Attributes with a word for a value.
        package enum Other: String {
            case type, autocomplete, autocapitalize, inputmode, enterkeyhint, spellcheck, maxlength, fill, points,
                stroke
            case ariaLive = "aria-live"
            case ariaCurrent = "aria-current"
        }

        /// Attributes without a value.
        package enum Flag: String { case required, checked, selected, autofocus, disabled, hidden }

        package static func label(_ text: String) -> Attribute { Attribute("aria-label", text) }
        package static func labelled(by id: String) -> Attribute { Attribute("aria-labelledby", id) }
        package static func role(_ role: String) -> Attribute { Attribute("role", role) }
        package static let hidden = Attribute("aria-hidden", "true")
        package static let isInTabOrder = Attribute("tabindex", "0")
        package static let isTargetOnly = Attribute("tabindex", "-1")
        package static let isOpen = Attribute(flag: "open")
        package static let ofColumn = Attribute("scope", "col")
        package static let ofRow = Attribute("scope", "row")
        package static let leftToRight = Attribute("dir", "ltr")
        package static func instant(_ timestamp: String) -> Attribute { Attribute("datetime", timestamp) }
        package static func viewBox(_ width: Int, _ height: Int) -> Attribute {
            Attribute("viewBox", "0 0 \(width) \(height)")
        }
        package static let isStretched = Attribute("preserveAspectRatio", "none")
        package static func number(_ name: Number, _ value: Int) -> Attribute { Attribute(name.rawValue, "\(value)") }

        /// Attributes of shapes.
        package enum Number: String { case x, y, width, height }
    }
}

extension Unicode.Scalar {
    /// U+FDD0 to U+FDEF, and the last two of every plane.
    fileprivate var isNoncharacter: Bool { (0xFDD0...0xFDEF).contains(value) || value & 0xFFFE == 0xFFFE }
}

extension String {
    /// Whether a letter of it belongs to a script that is written from right to left.
    fileprivate var isPartlyRightToLeft: Bool {
        guard utf8.contains(where: { $0 >= 0xD6 }) else { return false }
        return unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
            default: false
            }
        }
    }
}
