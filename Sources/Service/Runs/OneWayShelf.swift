internal import CheckEngine
internal import Store

/// A store that is told everything, for the history of facts, and asked for nothing: a page and a watch want to know what is so now.
struct OneWayShelf: FactShelf {
    private let store: Store

    init(_ store: Store) { self.store = store }

    func fact(_ question: FactQuestion) async -> SharedFact? { nil }

    func keep(_ fact: SharedFact, _ question: FactQuestion) async { await store.keep(fact, question) }
}
