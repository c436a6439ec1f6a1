import CheckKit
import FoundationEssentials
import MailModel
import NIOCore
import Testing

@testable import Service

@Suite struct ServicePartTests {
    @Test("names of runs are 128 random bits, and no two are alike")
    func names() {
        let names = Set((0..<1000).map { _ in RandomName.make() })
        #expect(names.count == 1000)
        #expect(names.allSatisfy { RandomName.isOne($0) })
        #expect(!RandomName.isOne("abc"))
        #expect(!RandomName.isOne(String(repeating: "A", count: 26)))
    }

    @Test("an allowance is given back steadily")
    func allowance() throws {
        var limits = ClientLimits(inHour: 4, atATime: 2)
        let client = ClientNetwork.Hasher().network(of: IPAddress("192.0.2.1"), at: Date(timeIntervalSince1970: 0))
        for _ in 0..<4 {
            try limits.start(client, at: .zero)
            limits.end(client)
        }
        #expect(throws: Refusal.self) { try limits.start(client, at: .seconds(1)) }
        do {
            try limits.start(client, at: .seconds(600))
        } catch {
            #expect(error.retryAfter == 300)
        }
        try limits.start(client, at: .seconds(901))
    }

    @Test("a network is a /24 or a /64, and another one every day")
    func networks() {
        let hasher = ClientNetwork.Hasher()
        let day = Date(timeIntervalSince1970: 0)
        func network(_ text: String, _ instant: Date) -> ClientNetwork {
            hasher.network(of: IPAddress(text), at: instant)
        }
        let first = network("192.0.2.1", day)
        #expect(first == network("192.0.2.200", day))
        #expect(first != network("192.0.3.1", day))
        #expect(network("2001:db8::1", day) == network("2001:db8::ffff:1", day))
        #expect(network("2001:db8::1", day) != network("2001:db8:0:1::1", day))
        #expect(first != network("192.0.2.1", day.addingTimeInterval(86_400)))
    }

    @Test("a network watches so many runs at a time, and others are not kept out by it")
    func streams() throws {
        let hasher = ClientNetwork.Hasher()
        let (one, other) = (hasher.network(of: IPAddress("192.0.2.1"), at: .now), hasher.network(of: nil, at: .now))
        let streams = OpenStreams()
        for _ in 0..<OpenStreams.most {
            try streams.check(one)
            streams.open(one)
        }
        #expect(throws: Refusal.self) { try streams.check(one) }
        try streams.check(other)
        streams.close(one)
        try streams.check(one)
    }

    @Test("pages that nobody asks for make room, and a result that is deleted is in none")
    func cache() throws {
        let cache = PageCache(limit: 1000)
        func key(_ run: String) -> PageCache.Key { .init(run: run, profile: nil, format: "html", day: 0) }
        var made = 0
        func page(_ run: String) -> ByteBuffer {
            cache.page(key(run)) {
                made += 1
                return String(repeating: "x", count: 400)
            }
        }
        _ = page("a")
        _ = page("a")
        #expect(made == 1)
        _ = page("b")
        _ = page("c")
        _ = page("c")
        #expect(made == 3)
        cache.forget("c")
        _ = page("c")
        #expect(made == 4)
    }

    @Test("samples are written as Prometheus reads them")
    func metrics() {
        var page = MetricsText()
        page.gauge("a", "An a.", [([("x", "q\"\\\n")], 1)])
        page.histogram("h_seconds", "An h.", bounds: [1, 2], counts: [1, 0, 2], sum: 3.5)
        #expect(
            page.text == """
                # HELP a An a.
                # TYPE a gauge
                a{x="q\\"\\\\\\n"} 1
                # HELP h_seconds An h.
                # TYPE h_seconds histogram
                h_seconds_bucket{le="1"} 1
                h_seconds_bucket{le="2"} 1
                h_seconds_bucket{le="+Inf"} 3
                h_seconds_sum 3.5
                h_seconds_count 3

                """)
    }
}
