package import CheckKit
package import MailModel

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
