internal import CheckKit
public import FoundationEssentials
public import MailModel
public import Store

/// All alerts that are not over, and how looks change them. A value: what is to be kept and told comes out, and nothing is sent here.
///
/// An alert is pending until it was seen as often as its kind asks for, then open, acknowledged when somebody says so, and closed when
/// no domain at which it was seen shows it any more. What could not be told neither opens nor closes one.
public struct AlertBook: Sendable {
    var alerts: [String: Alert]
    var dirty: Set<String> = []
    private var forgotten: Set<String> = []

    /// A book of the alerts that are not over.
    public init(_ stored: [StoredAlert] = []) {
        alerts = Dictionary(stored.compactMap { Alert($0) }.map { ($0.stored.key, $0) }) { first, _ in first }
    }

    /// The alerts, in a stable order.
    public var all: [Alert] { alerts.values.sorted { $0.stored.key < $1.stored.key } }

    /// The letter that a domain had before it dropped, while an alert stands that says so; nil where none does.
    public func letterBefore(_ domain: DomainName, list: String) -> String? {
        all.lazy.filter { $0.stored.list == list && $0.stored.closed == nil }
            .compactMap { $0.details.lettersBefore[domain.text] }.first
    }

    /// Takes in a look. `touched` says which domains of the list have their mail at the place of a cause, beside the one that was
    /// looked at.
    public mutating func absorb(_ look: Look, at instant: Date, touched: (Cause) -> [DomainName] = { _ in [] }) {
        var seen: Set<String> = []
        for sign in look.signs {
            let key = Alert.key(sign.kind, sign.detail, sign.cause.text, list: look.list)
            seen.insert(key)
            see(sign, key, look, at: instant, touched(sign.cause))
        }
        let domain = look.domain.text
        for (key, alert) in alerts
        where alert.stored.list == look.list && alert.stored.closed == nil && !seen.contains(key)
            && alert.details.standing.contains(domain) && look.settled(alert.kind, alert.detail)
        {
            end(key, for: domain, at: instant)
        }
    }

    private mutating func see(_ sign: Sign, _ key: String, _ look: Look, at instant: Date, _ touched: [DomainName]) {
        var alert = alerts[key] ?? Alert(sign, list: look.list, at: instant)
        let isNew = alerts[key] == nil
        if alert.stored.closed != nil {
            // It has come back before anybody was told that it is over, or after: it begins anew.
            alert = Alert(sign, list: look.list, at: instant)
        } else if !isNew, instant.timeIntervalSince(alert.details.counted) >= Alert.apart {
            alert.stored.sightings += 1
            alert.details.counted = instant
        }
        alert.stored.lastSeen = max(alert.stored.lastSeen, instant)
        alert.details.domains.formUnion([look.domain.text] + touched.map(\.text))
        alert.details.standing.insert(look.domain.text)
        alert.details.due = sign.due ?? alert.details.due
        if let before = sign.letterBefore { alert.details.lettersBefore[look.domain.text] = before }
        if let letter = sign.letter { alert.details.letters[look.domain.text] = letter }
        if !alert.details.facts.contains(sign.sentence), alert.details.facts.count < Alert.mostFacts {
            alert.details.facts.append(sign.sentence)
        }
        if alert.stored.opened == nil, alert.stored.sightings >= sign.kind.sightings { alert.stored.opened = instant }
        alerts[key] = alert
        dirty.insert(key)
        forgotten.remove(key)
    }

    mutating func end(_ key: String, for domain: String, at instant: Date) {
        guard var alert = alerts[key] else { return }
        alert.details.standing.remove(domain)
        alert.details.lettersBefore[domain] = nil
        if alert.details.standing.isEmpty {
            guard alert.stored.opened != nil else {
                alerts[key] = nil
                dirty.remove(key)
                forgotten.insert(key)
                return
            }
            alert.stored.closed = instant
        }
        alerts[key] = alert
        dirty.insert(key)
    }

    /// Closes what is an event and no state: a change that was told, and has not gone on for a day.
    public mutating func settleEvents(at instant: Date) {
        for (key, var alert) in alerts
        where alert.kind == .change && alert.stored.closed == nil && alert.details.isTold
            && instant.timeIntervalSince(alert.stored.lastSeen) >= 86_400
        {
            alert.stored.closed = instant
            alert.stored.isSettled = true
            alerts[key] = alert
            dirty.insert(key)
        }
        // What was to come true, or to hold until then, and cannot be seen to be over.
        for (key, var alert) in alerts
        where alert.detail == "old-policy" && alert.stored.closed == nil
            && alert.details.due.map({ $0 <= instant }) ?? false
        {
            alert.stored.closed = instant
            alerts[key] = alert
            dirty.insert(key)
        }
    }

    /// Closes every alert of a kind: what it says is over wherever it was seen.
    mutating func end(_ kind: Sign.Kind, at instant: Date) {
        for (key, alert) in alerts where alert.kind == kind && alert.stored.closed == nil {
            for domain in alert.details.standing { end(key, for: domain, at: instant) }
        }
    }

    /// Somebody says that an alert is known: no more reminders. False where there is no such open alert.
    public mutating func acknowledge(_ key: String, at instant: Date) -> Bool {
        guard var alert = alerts[key], alert.state == .open else { return false }
        alert.stored.acknowledged = instant
        alerts[key] = alert
        dirty.insert(key)
        return true
    }

    /// Nothing was seen or told later than now: what says so was dated by a clock that was ahead, and would be waited for.
    mutating func setBack(to instant: Date) {
        for (key, alert) in alerts {
            var dated = alert
            dated.stored.lastSeen = min(alert.stored.lastSeen, instant)
            dated.stored.lastSent = alert.stored.lastSent.map { min($0, instant) }
            dated.details.counted = min(alert.details.counted, instant)
            guard dated != alert else { continue }
            alerts[key] = dated
            dirty.insert(key)
        }
    }
}

extension AlertBook {
    /// What is to be told now, and notes that it is. `isQuiet` are the lists whose maintenance it is: they are told afterwards what
    /// still holds then. Reminders come after `remind`.
    public mutating func messages(at instant: Date, remind: Duration?, isQuiet: (String) -> Bool) -> [AlertMessage] {
        var messages: [AlertMessage] = []
        for alert in all where !isQuiet(alert.stored.list) && !alert.stored.isSettled {
            guard let stage = stage(of: alert, at: instant, remind) else { continue }
            var told = alert
            told.stored.lastSent = instant
            switch stage {
            case .opened: told.details.isTold = true
            case .reminder: told.details.reminders += 1
            case .closed: told.stored.isSettled = true
            }
            messages.append(AlertMessage(told, stage, at: instant))
            alerts[alert.stored.key] = told
            dirty.insert(alert.stored.key)
        }
        // What was over before anybody was told needs no message.
        for (key, var alert) in alerts
        where alert.stored.closed != nil && !alert.details.isTold && !alert.stored.isSettled {
            alert.stored.isSettled = true
            alerts[key] = alert
            dirty.insert(key)
        }
        return messages
    }

    private func stage(of alert: Alert, at instant: Date, _ remind: Duration?) -> AlertMessage.Stage? {
        switch alert.state {
        case .pending: return nil
        case .closed: return alert.details.isTold ? .closed : nil
        case .acknowledged: return alert.details.isTold ? nil : .opened
        case .open:
            guard alert.details.isTold else { return .opened }
            // An event is told once.
            guard alert.kind != .change, let remind, let last = alert.stored.lastSent else { return nil }
            return instant.timeIntervalSince(last) >= remind.inSeconds ? .reminder : nil
        }
    }

    /// What has changed since this was asked last; alerts that are over and told are dropped from the book.
    public mutating func takeChanges() -> Store.AlertChanges {
        var changes = Store.AlertChanges()
        changes.alerts = dirty.sorted().compactMap { alerts[$0]?.row }
        changes.forgotten = forgotten.sorted()
        dirty = []
        forgotten = []
        for (key, alert) in alerts where alert.stored.closed != nil && alert.stored.isSettled { alerts[key] = nil }
        return changes
    }
}
