package import MailModel

/// A DNS name that a certificate presents, in a form that can be compared with the name of a host.
///
/// Only names of the subjectAltName extension count. They are compared label by label, without regard to case; a `*` may
/// stand for exactly one label, as the whole left-most label and nowhere else; internationalised names are A-labels on
/// both sides. RFC 9525, sections 6.3 and 6.4.
package struct DNSIdentity: Hashable {
    private let labels: [String]

    /// Reads a presented name; nil for one that is invalid and therefore ignored: empty labels (a trailing dot among
    /// them), a `*` anywhere but alone in front, one that stands for every name right below a top-level domain (senders'
    /// libraries refuse it), and every byte that host names do not have, be it NUL or an escape.
    package init?(_ presented: String) {
        // Lower-casing comes after this: it would turn some characters outside ASCII into letters.
        guard presented.utf8.count <= 253, presented.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let labels = presented.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isWildcard = labels.first == "*"
        guard labels.count >= (isWildcard ? 3 : 1), labels.dropFirst(isWildcard ? 1 : 0).allSatisfy(\.isPlainLabel)
        else { return nil }
        self.labels = labels
    }

    /// Whether the first label is a wildcard.
    var isWildcard: Bool { labels.first == "*" }

    /// Whether the certificate may speak for a host.
    package func matches(_ host: DomainName) -> Bool {
        let wanted = host.labels
        guard wanted.count == labels.count else { return false }
        return isWildcard ? wanted.dropFirst() == labels.dropFirst() : wanted == labels
    }
}

extension String {
    /// 1 to 63 letters, digits, hyphens or underscores, all of ASCII.
    fileprivate var isPlainLabel: Bool {
        (1...63).contains(utf8.count)
            && utf8.allSatisfy { byte in
                byte == 0x2D || byte == 0x5F || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
            }
    }
}
