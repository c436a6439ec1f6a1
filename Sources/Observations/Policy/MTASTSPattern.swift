public import MailModel

/// One `mx` of a policy: the name of an MX host, or `*.` and the rest of it. RFC 8461, sections 3.2 and 4.1.
///
///     sts-policy-mx-value = ["*."] Domain          ; Domain as in RFC 5321, section 4.1.2
public struct MTASTSPattern: Hashable, Sendable, CustomStringConvertible {
    private let labels: [String]
    /// Whether the first label is `*`.
    public let isWildcard: Bool

    /// Reads a pattern; nil for one that breaks the grammar: an empty label (a trailing dot among them), a `*` anywhere but
    /// alone in front, anything but letters, digits and inner hyphens, so that internationalised names are A-labels.
    public init?(_ text: some StringProtocol) {
        var labels = text.lowercased().utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        isWildcard = labels.first == "*"
        if isWildcard { labels.removeFirst() }
        guard text.utf8.allSatisfy({ $0 < 0x80 }), text.utf8.count <= 255, !labels.isEmpty,
            labels.allSatisfy(\.isSubDomain)
        else { return nil }
        self.labels = labels
    }

    /// Whether an MX host name fits: each label the same, without regard to case, and one label in place of the `*`.
    /// RFC 8461, section 4.1.
    public func matches(_ host: DomainName) -> Bool {
        let names = host.labels
        return isWildcard ? names.count == labels.count + 1 && names.dropFirst() == labels[...] : names == labels
    }

    /// Whether it fits every name below a top-level domain.
    package var isTooWide: Bool { isWildcard && labels.count < 2 }

    /// The pattern, lower case.
    public var description: String { (isWildcard ? ["*"] + labels : labels).joined(separator: ".") }
}

extension String {
    /// Let-dig [Ldh-str] of RFC 5321, section 4.1.2, of at most 63 characters.
    fileprivate var isSubDomain: Bool {
        (1...63).contains(utf8.count) && utf8.first?.isLetterOrDigit == true && utf8.last?.isLetterOrDigit == true
            && utf8.allSatisfy { $0.isLetterOrDigit || $0 == 0x2D }
    }
}
