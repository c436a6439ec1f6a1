/// Where a rule comes from: a document, and the place in it.
public struct Reference: Sendable, Hashable, CustomStringConvertible {
    /// What the document is cited as: `RFC 3207`, `BSI TR-02102-2`.
    public let document: String
    /// Its title; nil where the name says enough, as with RFCs.
    public let title: String?
    /// Which edition the rule was read in; nil where a document never changes.
    public let edition: String?
    /// The place in the document, with its kind: `section 4.2.1`, `appendix E.5`; nil for the whole.
    public let place: String?
    /// Where to read it.
    public let link: String

    /// A place in any document.
    public init(_ document: String, title: String? = nil, edition: String? = nil, place: String? = nil, link: String) {
        self.document = document
        self.title = title
        self.edition = edition
        self.place = place
        self.link = link
    }

    /// A section of an RFC, or an appendix where it begins with a letter.
    public static func rfc(_ number: Int, section: String) -> Reference {
        let kind = section.first?.isLetter == true ? "appendix" : "section"
        return Reference(
            "RFC \(number)", place: "\(kind) \(section)",
            link: "https://www.rfc-editor.org/rfc/rfc\(number)#\(kind)-\(section)")
    }

    /// A section of an Internet-Draft, by its name with the number of its version: `draft-ietf-uta-require-tls-09`.
    public static func draft(_ name: String, section: String) -> Reference {
        Reference(
            name, place: "section \(section)", link: "https://datatracker.ietf.org/doc/html/\(name)#section-\(section)")
    }

    /// A registry of IANA: its title, and its path below the assignments.
    public static func iana(_ title: String, _ path: String) -> Reference {
        Reference("IANA registry", title: title, link: "https://www.iana.org/assignments/\(path)")
    }

    /// A vulnerability in the list of CVE, by its number: `2014-0160`.
    public static func cve(_ number: String) -> Reference {
        Reference("CVE-\(number)", link: "https://www.cve.org/CVERecord?id=CVE-\(number)")
    }

    /// `RFC 3207, section 4`, or `BSI TR-02102-2 (2026-01), section 3.3.1`: the one form in which documents are cited.
    public var description: String {
        let name = [document, title].compactMap { $0 }.joined(separator: ": ")
        return [edition.map { "\(name) (\($0))" } ?? name, place].compactMap { $0 }.joined(separator: ", ")
    }
}
