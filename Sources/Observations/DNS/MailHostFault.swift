package import MailModel

/// What is wrong with a name as the name of a mail host: nobody looks it up, and neither do we.
package enum MailHostFault: CustomStringConvertible {
    case addressLiteral
    case localhost
    case singleLabel
    case notHostName

    /// A phrase that follows the name.
    package var description: String {
        switch self {
        case .addressLiteral: "is an address, not a host name"
        case .localhost: "always means the local machine"
        case .singleLabel: "has a single label"
        case .notHostName: "is not a host name: it may hold letters, digits and hyphens"
        }
    }
}

extension DomainName {
    /// What is wrong with this name as the name of a mail host; RFC 5321, sections 2.3.5 and 5.1.
    package var mailHostFault: MailHostFault? {
        if isAddressLiteral { return .addressLiteral }
        if labels.last == "localhost" { return .localhost }
        if labels.count < 2 { return .singleLabel }
        return labels.allSatisfy(\.isHostLabel) ? nil : .notHostName
    }
}

extension String {
    /// A label of letters, digits and hyphens (RFC 5321, section 2.3.5). An underscore is none of them, and yet senders
    /// look such hosts up and deliver to them: it is let pass.
    fileprivate var isHostLabel: Bool {
        !hasPrefix("-") && !hasSuffix("-")
            && utf8.allSatisfy { byte in
                switch byte {
                case 0x2D, 0x5F, 0x30...0x39, 0x61...0x7A: true
                default: false
                }
            }
    }
}
