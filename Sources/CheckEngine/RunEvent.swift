public import CheckKit
public import MailModel

/// What happens in a run, as it happens.
public enum RunEvent: Sendable {
    /// A probe has started to collect a fact.
    case started(Slot, Activity?)
    /// A probe has kept what it learnt so far.
    case kept(Slot, any Fact)
    /// A probe has learnt something by the way, in the name of the domain; more than it told before, or the same again.
    case noted(Slot, any NamedFact)
    /// A fact is there, or it is known why it is absent; with what its probe was doing, where one was at work.
    case settled(Slot, Observed<any Fact>, Activity?)
    /// The list of servers is known.
    case servers([MailServer])
    /// Everything is settled; nothing follows.
    case finished(Evidence)
}
