package import CheckKit
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

/// Whether senders can use a host.
package enum MailHostUse: Equatable {
    case usable
    /// No sender can, and why.
    case unusable(String)
    /// Nothing is known for certain, and why.
    case unknown(String)
}

extension MailHost {
    /// Whether senders can use this host, as far as names and addresses go. Only the wire knows which special-purpose
    /// addresses this run may contact: `greetings` says what it did.
    package func use(_ greetings: PerServer<Greeting>) -> MailHostUse {
        if let fault = name.mailHostFault { return .unusable("\(name) \(fault)") }
        if hasNoAddress { return .unusable("\(name) has no address") }
        let contacts = addresses.map { greetings.contact(name, $0) }
        if contacts.contains(.allowed) || !leftOut.isEmpty { return .usable }
        if let reason = failures.first { return .unknown(reason) }
        if let reason = bogusReason { return .unknown("the addresses of \(name) do not validate: \(reason)") }
        if contacts.isEmpty { return .unknown("\(name) has no address of the families that this run uses") }
        if contacts.contains(.unknown) { return .unknown("\(name) was not contacted") }
        return .unusable("\(name) has special-purpose addresses only")
    }

    /// The addresses that the wire refused to contact.
    package func refused(_ greetings: PerServer<Greeting>) -> [IPAddress] {
        addresses.filter { greetings.contact(name, $0) == .refused }
    }

    /// The special-purpose addresses of which it is not known whether the wire would contact them.
    package func undecided(_ greetings: PerServer<Greeting>) -> [IPAddress] {
        addresses.filter { greetings.contact(name, $0) == .unknown }
    }
}

/// What the guard of the wire did with an address.
private enum Contact {
    case allowed
    case refused
    case unknown
}

extension PerServer<Greeting> {
    fileprivate func contact(_ host: DomainName, _ address: IPAddress) -> Contact {
        let server = MailServer(host: host, address: address)
        guard let element = (elements + outsideScope).first(where: { $0.server == server }) else {
            return address.specialPurpose == nil ? .allowed : .unknown
        }
        switch element.observed.absence?.root {
        case .failed(.specialAddress): return .refused
        case nil, .failed: return .allowed
        case .cancelled, .timedOut, .unplanned, .unreadable, .inconclusive, .notApplicable, .blocked:
            return address.specialPurpose == nil ? .allowed : .unknown
        }
    }
}
