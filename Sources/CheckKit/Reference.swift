/// Where a rule comes from.
public struct Reference: Sendable, Hashable, CustomStringConvertible {
    /// The number of the RFC.
    public let rfc: Int
    /// The section, for example `4.2.1`.
    public let section: String

    /// A section of an RFC.
    public static func rfc(_ number: Int, section: String) -> Reference {
        Reference(rfc: number, section: section)
    }

    /// `RFC 3207, section 4`: the one form in which standards are cited.
    public var description: String { "RFC \(rfc), section \(section)" }

    /// Where to read it.
    public var link: String { "https://www.rfc-editor.org/rfc/rfc\(rfc)#section-\(section)" }
}
