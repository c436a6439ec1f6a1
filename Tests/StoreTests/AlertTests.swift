import FoundationEssentials
import MailModel
import Testing

@testable import Store

/// Alerts, deliveries and times of looks in a store.
@Suite("What a store keeps of a watch", .timeLimit(.minutes(10)))
struct AlertTests {
    private let folder: StoreTests.Folder

    init() throws { folder = try StoreTests.Folder() }

    private func open() throws -> Store {
        try Store(file: folder.file, known: [], ages: .init(settled: .zero, open: .zero))
    }

    private func at(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_790_000_000 + seconds) }

    @Test("alerts and their messages are there after it was closed and opened again, all of a change or nothing")
    func kept() async throws {
        var alert = StoredAlert(key: "k", list: "l", cause: "c", kind: "drop", seen: at(0), details: "{}")
        alert.sightings = 2
        alert.opened = at(1)
        alert.acknowledged = at(2)
        alert.lastSent = at(3)
        var delivery = StoredDelivery(key: "d", alert: "k", channel: "hook", created: at(1), body: "{}")
        do {
            let store = try open()
            var changes = Store.AlertChanges()
            changes.alerts = [alert]
            changes.deliveries = [delivery, delivery]
            changes.lookedUntil = at(4)
            store.keep(changes)
            try await store.flush()
            try await store.close()
        }
        let store = try open()
        #expect(try store.unsettledAlerts() == [alert])
        #expect(try store.unfinishedDeliveries() == [delivery])
        #expect(try store.changesLookedUntil() == at(4))
        delivery.state = .sent
        delivery.attempts = 1
        try await store.note(delivery)
        #expect(try store.unfinishedDeliveries().isEmpty)
        #expect(try store.deliveries(ofAlert: "k") == [delivery])
        alert.closed = at(5)
        alert.isSettled = true
        var changes = Store.AlertChanges()
        changes.alerts = [alert]
        store.keep(changes)
        try await store.flush()
        #expect(try store.unsettledAlerts().isEmpty)
        #expect(try store.alerts(ofLists: ["l"], since: at(5)) == [alert])
        #expect(try store.alerts(ofLists: ["l"], since: at(6)).isEmpty)
    }

    @Test("what was over long ago is deleted with its messages, and nothing that goes on or waits")
    func old() async throws {
        let store = try open()
        var changes = Store.AlertChanges()
        for (key, closed) in [("old", 10.0), ("young", 30), ("open", nil)] {
            var alert = StoredAlert(key: key, list: "l", cause: key, kind: "drop", seen: at(0), details: "{}")
            alert.opened = at(1)
            alert.closed = closed.map(at)
            alert.isSettled = closed != nil
            changes.alerts.append(alert)
            changes.deliveries.append(
                StoredDelivery(key: "\(key) sent", alert: key, channel: "hook", created: at(closed ?? 1), body: "{}"))
        }
        changes.deliveries.append(
            StoredDelivery(key: "waits", alert: "old", channel: "hook", created: at(1), body: "{}"))
        store.keep(changes)
        for var delivery in changes.deliveries.dropLast() {
            delivery.state = .sent
            try await store.note(delivery)
        }
        store.deleteAlerts(before: at(20))
        try await store.flush()
        #expect(try Set(store.alerts(ofLists: ["l"], since: at(0)).map(\.key)) == ["young", "open"])
        #expect(try store.deliveries(ofAlert: "old").map(\.key) == ["waits"])
        #expect(try store.deliveries(ofAlert: "young").count == 1)
    }

    @Test("one that came to nothing is gone; one that was open is not forgotten")
    func forgotten() async throws {
        let store = try open()
        let pending = StoredAlert(key: "a", list: "l", cause: "c", kind: "drop", seen: at(0), details: "{}")
        var opened = StoredAlert(key: "b", list: "l", cause: "c", kind: "drop", seen: at(0), details: "{}")
        opened.opened = at(1)
        var changes = Store.AlertChanges()
        changes.alerts = [pending, opened]
        store.keep(changes)
        try await store.flush()
        changes = Store.AlertChanges()
        changes.forgotten = ["a", "b"]
        store.keep(changes)
        try await store.flush()
        #expect(try store.unsettledAlerts() == [opened])
    }

    @Test("times that are planned again keep the earlier instant, and those that are not planned go")
    func times() async throws {
        let store = try open()
        func time(_ text: String, _ seconds: Double) -> StoredWatchTime {
            StoredWatchTime(list: "l", domain: name(text), kind: "graded", next: at(seconds))
        }
        try await store.plan([time("a.example", 10), time("b.example", 20)])
        try await store.plan([time("a.example", 30), time("c.example", 5)])
        #expect(
            try store.watchTimes(due: at(100), kinds: ["graded"], limit: 9) == [
                time("c.example", 5), time("a.example", 10),
            ])
        #expect(try store.watchTimes(due: at(7), kinds: ["graded", "lookups"], limit: 9) == [time("c.example", 5)])
        store.set([time("c.example", 50)])
        store.hasten([time("a.example", 40), time("c.example", 45), time("d.example", 1)])
        try await store.flush()
        #expect(
            try store.watchTimes(due: at(100), kinds: ["graded"], limit: 9) == [
                time("a.example", 10), time("c.example", 45),
            ])
        #expect(try store.nextWatchTime(kinds: ["graded"]) == at(10))
        #expect(try store.nextWatchTime(kinds: ["lookups"]) == nil)
        #expect(try store.watchTimes(due: at(100), kinds: ["lookups"], limit: 9).isEmpty)
    }
}
