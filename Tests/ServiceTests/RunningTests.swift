import Batch
import CheckKit
import FoundationEssentials
import Hummingbird
import MailModel
import Testing

@testable import Service
@testable import Store

@Suite struct RunningTests {
    @Test("a form starts a run, and leads to its address, which can delete it")
    func formStarts() async throws {
        let site = try Site()
        let location = try await site.asking { client async throws in
            let response = try await client.post("/runs", "domain=example.com")
            #expect(response.status == .seeOther)
            return try #require(response.headers[.location])
        }
        #expect(location.wholeMatch(of: /\/runs\/[a-z2-7]{26}\?key=[a-z2-7]{26}/) != nil)
        try await site.rest()
        #expect(!site.ledger.connections.isEmpty)
        let page = try await site.asking { try await $0.read(location).text }
        #expect(page.contains("Delete this result"))
        #expect(page.contains("example.com"))
    }

    @Test("whoever reads starts nothing, whatever is read")
    func readingStartsNothing() async throws {
        let site = try Site()
        let paths = site.service.endpoints.filter { $0.method == .get }.map { endpoint in
            endpoint.path.replacing("{id}", with: RandomName.make()).replacing("{name}", with: "example.com")
                .replacing("{list}", with: "none")
        }
        #expect(paths.count > 15)
        try await site.asking { client async throws in
            for path in paths { _ = try await client.read(path) }
        }
        #expect(try site.store.unfinishedRuns().isEmpty)
        #expect(site.ledger.connections.isEmpty)
        #expect(await site.service.desk.load == (0, 0))
    }

    @Test("two who ask for a domain at the same time watch one run, and only the first can delete it")
    func joining() async throws {
        let site = try Site()
        site.gate.close()
        let (first, second) = try await site.asking { client async throws in
            (try await client.call(#"{"domain":"example.com"}"#), try await client.call(#"{"domain":"EXAMPLE.com."}"#))
        }
        #expect(first.status == .accepted && second.status == .accepted)
        let firstID = try first.id()
        #expect(try second.id() == firstID)
        #expect(try first.json()["key"]?.string != nil)
        #expect(try second.json()["key"] == nil)
        site.gate.open()
        try await site.rest()
    }

    @Test("a result that has not cooled down is the answer, and later there is another run")
    func coolDown() async throws {
        let site = try Site()
        let ask = { @Sendable in try await site.asking { try await $0.call(#"{"domain":"example.com"}"#) } }
        let first = try await ask()
        try await site.rest()
        let second = try await ask()
        #expect(second.status == .ok)
        let secondID = try second.id()
        #expect(try first.id() == secondID)
        site.time.withLock { $0 = $0.addingTimeInterval(61) }
        let third = try await ask()
        #expect(third.status == .accepted)
        try await site.rest()
        // Who is content with an old one gets it.
        site.time.withLock { $0 = $0.addingTimeInterval(3600) }
        let old = try await site.asking { try await $0.call(#"{"domain":"example.com","maxAge":7200}"#) }
        #expect(old.status == .ok)
        let oldID = try old.id()
        #expect(try third.id() == oldID)
    }

    @Test("a result under another profile than the one that a program asks for is judged by that one")
    func otherProfile() async throws {
        var configuration = ServiceConfiguration()
        configuration.profiles = ["default", "rfc-strict"]
        let site = try Site(configuration)
        let run = try await site.stored()
        site.time.withLock { $0 = run.requested.addingTimeInterval(5) }
        let ask = { @Sendable (profile: String) in
            try await site.asking { try await $0.call(#"{"domain":"tls-all.test","profile":"\#(profile)"}"#) }
        }
        let strict = try await ask("rfc-strict")
        #expect(strict.status == .ok)
        #expect(try strict.id() == run.id)
        #expect(try strict.json()["profile"]?.string == "rfc-strict")
        // The profile has requirements and no letters.
        #expect(try strict.json()["grade"]?.string == nil)
        #expect(try strict.json()["links"]?["page"]?.string == "/runs/\(run.id)?profile=rfc-strict")
        #expect(try await ask("default").json()["grade"]?.string == "B")
    }

    @Test("a result from the future, by a clock that was ahead, is no reason to refuse a run, and hides no younger one")
    func coolDownInFuture() async throws {
        let site = try Site()
        let ask = { @Sendable in try await site.asking { try await $0.call(#"{"domain":"example.com"}"#) } }
        site.time.withLock { $0 = $0.addingTimeInterval(86_400) }
        for _ in 0..<2 {
            #expect(try await ask().status == .accepted)
            try await site.rest()
            site.time.withLock { $0 = $0.addingTimeInterval(61) }
        }
        site.time.withLock { $0 = $0.addingTimeInterval(-86_400) }
        let today = try await ask()
        #expect(today.status == .accepted)
        try await site.rest()
        let again = try await ask()
        #expect(again.status == .ok)
        let (first, second) = (try today.id(), try again.id())
        #expect(first == second)
    }

    @Test("a network of clients has so many runs at a time and in an hour, and is told when to come again")
    func clientLimits() async throws {
        var configuration = ServiceConfiguration()
        configuration.limits.runsOfClient = 2
        let site = try Site(configuration)
        site.gate.close()
        try await site.asking { client async throws in
            let mine: HTTPFields = [.forwardedFor: "198.51.100.7"]
            #expect(try await client.call(#"{"domain":"a.example.com"}"#, mine).status == .accepted)
            #expect(
                try await client.call(#"{"domain":"b.example.com"}"#, [.forwardedFor: "198.51.100.9"]).status
                    == .accepted)
            let refused = try await client.call(#"{"domain":"c.example.com"}"#, mine)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] != nil)
            #expect(try refused.json()["detail"]?.string?.contains("runs going") == true)
            #expect(
                try await client.call(#"{"domain":"c.example.com"}"#, [.forwardedFor: "198.51.101.9"]).status
                    == .accepted)
        }
        site.gate.open()
        try await site.rest()
    }

    @Test("without a queue a run begins where one may, and the next is refused")
    func noQueue() async throws {
        var configuration = ServiceConfiguration()
        configuration.limits.runs = 1
        configuration.limits.queue = 0
        let site = try Site(configuration)
        site.gate.close()
        try await site.asking { client async throws in
            #expect(try await client.call(#"{"domain":"a.example.com"}"#).status == .accepted)
            #expect(try await client.call(#"{"domain":"b.example.com"}"#).status == .serviceUnavailable)
        }
        site.gate.open()
        try await site.rest()
    }

    @Test("whoever joins a run reads it under his own profile, the first where he names none")
    func joinedProfile() async throws {
        var configuration = ServiceConfiguration()
        configuration.profiles = ["default", "rfc-strict"]
        let site = try Site(configuration)
        let ask = { @Sendable (profile: String) in
            try await site.asking { try await $0.call("{\"domain\":\"example.com\"\(profile)}").json() }
        }
        site.gate.close()
        let first = try await ask(#","profile":"rfc-strict""#)
        let second = try await ask("")
        #expect(second["id"] == first["id"])
        #expect(second["profile"]?.string == "default")
        #expect(second["links"]?["page"]?.string?.hasSuffix("?profile=default") == true)
        site.gate.open()
        try await site.rest()
        let third = try await ask("")
        #expect(third["id"] == first["id"])
        #expect(third["profile"]?.string == "default")
    }

    @Test("when the queue is full, whoever asks is told how long it will take")
    func queueIsFull() async throws {
        var configuration = ServiceConfiguration()
        configuration.limits.runs = 1
        configuration.limits.queue = 1
        configuration.limits.runsOfClient = 10
        let site = try Site(configuration)
        site.gate.close()
        try await site.asking { client async throws in
            _ = try await client.call(#"{"domain":"a.example.com"}"#)
            let waiting = try await client.call(#"{"domain":"b.example.com"}"#)
            #expect(try waiting.json()["place"] == .integer(1))
            #expect(try waiting.json()["state"]?.string == "waiting")
            let refused = try await client.call(#"{"domain":"c.example.com"}"#)
            #expect(refused.status == .serviceUnavailable)
            #expect(Int(refused.headers[.retryAfter] ?? "") != nil)
        }
        site.gate.open()
        try await site.rest()
    }

    @Test(
        "who does not want to be tested is not connected to",
        arguments: [
            ("quiet.example.com", "_mailgrade.quiet.example.com"),
            ("hosted.example.com", "_mailgrade.mx.shy.example.net"),
        ])
    func optOut(_ domain: String, _ record: String) async throws {
        let site = try Site()
        let id = try await site.asking { client async throws in
            try #require(try await client.call("{\"domain\":\"\(domain)\"}").json()["id"]?.string)
        }
        try await site.rest()
        #expect(site.ledger.connections.isEmpty)
        let run = try #require(try site.store.run(id))
        #expect(run.state == .leftAlone)
        #expect(run.why?.contains(record) == true)
        #expect(try site.store.evidence(ofRun: id) == nil)
    }

    @Test("a domain on the list of those who are never contacted is refused at once")
    func neverContacted() async throws {
        var configuration = ServiceConfiguration()
        configuration.manners.never.names = [try DomainName(input: "example.com")]
        let site = try Site(configuration)
        let response = try await site.asking { try await $0.call(#"{"domain":"www.example.com"}"#) }
        #expect(response.status == .forbidden)
    }

    @Test("runs that were going on when the service was killed are begun again")
    func resuming() async throws {
        let site = try Site()
        site.gate.close()
        let id = try await site.asking { client async throws in
            try #require(try await client.call(#"{"domain":"example.com"}"#).json()["id"]?.string)
        }
        // What another process finds on disk.
        let waiting = try site.store.unfinishedRuns()
        #expect(waiting.map(\.id) == [id])
        let next = try Site()
        next.store.keep(waiting[0])
        try await next.store.flush()
        try await next.service.desk.resume()
        try await next.rest()
        #expect(try next.store.run(id)?.state == .done)
        #expect(try next.store.unfinishedRuns().isEmpty)
        site.gate.open()
        try await site.rest()
    }
}
