internal import FoundationEssentials
internal import MailModel
internal import Store

/// What is not looked at any more: nobody would ever see that its alerts are over.
extension AlertBook {
    /// Drops what is said of lists and domains that are not watched any more. `lists` are those that are, with their domains. Of a list
    /// that is gone nobody is told; of a domain that was taken out of one it is over, which is told like any other end.
    mutating func keep(lists: [String: Set<String>], at instant: Date) {
        for (key, var alert) in alerts where alert.stored.closed == nil {
            guard let domains = lists[alert.stored.list] else {
                alert.stored.closed = instant
                alert.stored.isSettled = true
                alerts[key] = alert
                dirty.insert(key)
                continue
            }
            guard alert.endsWithDomains else { continue }
            for domain in alert.details.standing.subtracting(domains) { end(key, for: domain, at: instant) }
            // The last message names what it was about; those before it what is still so.
            if alerts[key]?.stored.closed == nil { alerts[key]?.details.domains.formIntersection(domains) }
        }
    }

    /// Ends what is said of a domain that is to be left alone: all of it, or what only its servers could show.
    mutating func leaveAlone(_ domain: DomainName, list: String, onlyServers: Bool, at instant: Date) {
        for (key, alert) in alerts
        where alert.stored.list == list && alert.stored.closed == nil && alert.endsWithDomains
            && alert.details.standing.contains(domain.text) && (!onlyServers || alert.isSeenAtServers)
        {
            end(key, for: domain.text, at: instant)
        }
    }
}

extension Alert {
    /// Whether it is over when no domain shows it. A change is over by itself, and what is wrong with us when a server answers.
    fileprivate var endsWithDomains: Bool {
        switch kind {
        case .change, .ownSide: false
        case .drop, .below, .certificate, .finding, .forecast: true
        }
    }

    /// Whether a look at servers is needed to see it.
    fileprivate var isSeenAtServers: Bool {
        switch kind {
        case .drop, .below, .certificate, .finding: true
        case .forecast: detail == "tlsa-next-key"
        case .change, .ownSide: false
        }
    }
}
