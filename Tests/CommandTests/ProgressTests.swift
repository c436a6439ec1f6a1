import CheckEngine
import CheckKit
import Checks
import Grading
import MailModel
import Observations
import Reporting
import Testing

@testable import MailgradeCommand
@testable import MailgradeKit

@Suite struct ProgressTests {
    private let servers: [MailServer]
    private let domain: DomainName
    private let steps: [PlanOutline.Step]

    init() throws {
        domain = try DomainName(input: "bücher.example")
        servers = try (1...5).map {
            MailServer(
                host: try DomainName(input: "mx\($0).example.com"), address: try #require(IPAddress("192.0.2.\($0)")))
        }
        // Four questions about the domain, and five for each server.
        steps = try Plan(
            running: ["mx.receives-mail", "starttls.offered", "ptr.forward-confirmed"], from: Plugin.builtIn
        ).outline.steps
    }

    private var board: ProgressBoard { ProgressBoard(domain, steps, deadline: 120) }
    private var questionsOfServers: Int { steps.count { $0.isProbe && $0.scope != .domain } }
    private var questionsOfDomain: Int { steps.count { $0.isProbe && $0.scope == .domain } }

    private func place(_ server: Int) -> EventPlace { EventPlace(.server(servers[server])) }
    private func address(_ server: Int) -> EventPlace { EventPlace(.address(servers[server].address)) }

    private func began(_ server: Int) -> GradingEvent {
        .began(place: place(server), fact: Conversation.id, phrase: "connecting")
    }

    private func learnt(_ server: Int, _ conversation: Conversation) -> GradingEvent {
        .learnt(place: place(server), fact: Conversation.id, phrase: conversation.inBrief ?? "")
    }

    private func talking(_ greeting: String) -> Conversation {
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(220, greeting))
        return conversation
    }

    @Test func `The result so far is on top, then what happens at each server, with how much of it is done`() {
        var board = board
        _ = board.receive(
            .began(place: EventPlace(.domain), fact: MXRecords.id, phrase: "looking up MX records"), at: 0)
        _ = board.receive(.ended(place: EventPlace(.domain), fact: MXRecords.id, phrase: "2 MX records"), at: 0.5)
        _ = board.receive(.servers(list: Array(servers.prefix(2))), at: 0.5)
        _ = board.receive(began(0), at: 0.5)
        _ = board.receive(learnt(0, talking("hi")), at: 1)
        _ = board.receive(.range(profile: "default", worst: .f, best: .aPlus), at: 1)
        let (all, some) = (questionsOfDomain, questionsOfServers)
        #expect(
            board.lines(width: 76, at: 2) == [
                "bücher.example: F to A+ so far, 1 of \(all + 2 * some) answered, 2.0 s of 120 s",
                "the domain         1/\(all)  waiting for other answers (2 MX records)",
                "mx1.example.com    0/\(some)  greeting 220",
                "mx2.example.com    0/\(some)  waiting",
            ])
        _ = board.receive(.range(profile: "default", worst: .a, best: .a), at: 2)
        #expect(board.lines(width: 76, at: 2)[0].hasPrefix("bücher.example: A so far, "))
    }

    @Test func `What happens now comes first, then what came of the last steps`() {
        var board = board
        _ = board.receive(.servers(list: [servers[0]]), at: 0)
        _ = board.receive(began(0), at: 0)
        _ = board.receive(.ended(place: place(0), fact: Conversation.id, phrase: "TLS 1.3 x25519"), at: 1)
        _ = board.receive(.began(place: address(0), fact: PTRNames.id, phrase: "looking up names"), at: 1)
        _ = board.receive(.began(place: address(0), fact: TLSSurvey.id, phrase: "testing TLS"), at: 1)
        #expect(board.rows[1].text(at: 1) == "testing TLS, looking up names (TLS 1.3 x25519)")
        _ = board.receive(.learnt(place: address(0), fact: PTRNames.id, phrase: "1 name"), at: 2)
        #expect(board.rows[1].text(at: 2) == "1 name, testing TLS (TLS 1.3 x25519)")
        _ = board.receive(.ended(place: address(0), fact: PTRNames.id, phrase: "confirmed"), at: 3)
        #expect(board.rows[1].text(at: 3) == "testing TLS (confirmed; TLS 1.3 x25519)")
    }

    @Test func `A wait is told as one, and for how long still`() {
        var board = board
        _ = board.receive(.servers(list: [servers[0]]), at: 0)
        _ = board.receive(began(0), at: 0)
        let apart = board.receive(.waits(place: address(0), seconds: 1, sign: ""), at: 0)
        #expect(apart.isEmpty)
        #expect(board.rows[1].text(at: 0.6) == "next connection in 0.4 s; connecting")
        #expect(board.rows[1].text(at: 1) == "connecting")
        let news = board.receive(.waits(place: address(0), seconds: 5, sign: "421 4.7.0 busy\u{1B}[2J"), at: 2)
        #expect(news.map(\.phrase) == ["waits 5 s: 421 4.7.0 busy\\u{1b}[2J"])
        #expect(board.rows[1].text(at: 3.5) == "waits 4 s: 421 4.7.0 busy\\u{1b}[2J; connecting")
    }

    @Test func `A server is done when everything that was planned there is settled`() {
        var board = board
        _ = board.receive(.servers(list: [servers[0]]), at: 0)
        for step in steps where step.isProbe && step.scope != .domain {
            let place =
                step.scope == .address
                ? address(0) : step.scope == .host ? EventPlace(.host(servers[0].host)) : place(0)
            _ = board.receive(.began(place: place, fact: step.fact, phrase: "testing"), at: 1)
            _ = board.receive(.ended(place: place, fact: step.fact, phrase: ""), at: 3.5)
        }
        #expect(board.rows[1].answered.count == questionsOfServers)
        #expect(board.rows[1].text(at: 9) == "done in 2.5 s")
    }

    @Test func `No line is wider than the terminal and none is above its height`() {
        var board = board
        _ = board.receive(.servers(list: servers), at: 0)
        for index in servers.indices {
            _ = board.receive(began(index), at: 0)
            _ = board.receive(learnt(index, talking(String(repeating: "長い", count: 200))), at: 0)
        }
        for width in [1, 2, 10, 30, 80] {
            for height in [1, 2, 3, 4, 7, 40] {
                let lines = board.lines(width: width, height: height, at: 1)
                #expect(lines.count == min(height, 7))
                #expect(lines.allSatisfy { $0.columns <= width })
            }
        }
        #expect(board.lines(width: 80, height: 4, at: 1).last == "and 4 more")
        #expect(board.lines(width: 80, at: 1).count == 7)
    }

    @Test func `Servers still at work are shown before those that are done`() {
        var board = board
        _ = board.receive(.servers(list: servers), at: 0)
        for index in servers.indices { _ = board.receive(began(index), at: 0) }
        for index in 0..<4 {
            _ = board.receive(
                .ended(place: place(index), fact: Conversation.id, phrase: "connection: connection refused"), at: 1)
        }
        _ = board.receive(.began(place: EventPlace(.domain), fact: MXRecords.id, phrase: ""), at: 0)
        _ = board.receive(.ended(place: EventPlace(.domain), fact: MXRecords.id, phrase: ""), at: 0)
        #expect(board.lines(width: 80, height: 2, at: 1).last?.hasPrefix("mx5.example.com") == true)
        #expect(board.lines(width: 80, height: 3, at: 1).dropFirst().first?.hasPrefix("mx5.example.com") == true)
        #expect(board.lines(width: 80, height: 3, at: 1).last == "and 5 more")
    }

    @Test func `A step is told once where lines cannot be redrawn`() {
        var board = board
        _ = board.receive(.servers(list: servers), at: 0)
        #expect(board.receive(began(0), at: 0).map(\.phrase) == ["connecting"])
        #expect(board.receive(learnt(0, Conversation()), at: 0).isEmpty)
        #expect(board.receive(learnt(0, talking("hi")), at: 0).map(\.phrase) == ["greeting 220"])
        #expect(board.receive(learnt(0, talking("hi")), at: 0).isEmpty)
        let range = board.receive(.range(profile: "default", worst: .d, best: .a), at: 0)
        #expect(range == [.init(label: "bücher.example", phrase: "D to A so far (default)")])
    }

    @Test func `Before the first probe the resolver is checked`() {
        #expect(
            board.lines(width: 70, at: 2) == [
                "bücher.example: no letter yet, 2.0 s of 120 s",
                "the domain    0/\(questionsOfDomain)  checking the resolver",
            ])
    }

    @Test func `A narrow page has the letters and the time, and then the letters alone`() {
        var board = board
        _ = board.receive(.servers(list: Array(servers.prefix(1))), at: 0)
        _ = board.receive(began(0), at: 0)
        _ = board.receive(.range(profile: "default", worst: .c, best: .aPlus), at: 0)
        let all = questionsOfDomain + questionsOfServers
        #expect(
            [68, 60, 45, 16, 9, 3].map { board.lines(width: $0, at: 2)[0] } == [
                "bücher.example: C to A+ so far, 0 of \(all) answered, 2.0 s of 120 s",
                "bücher.example: C to A+ so far, 0 of \(all) answered, 2.0 s",
                "C to A+ so far, 0 of \(all) answered, 2.0 s", "C to A+, 2.0 s", "C to A+", "C …",
            ])
        #expect(board.lines(width: 20, at: 2)[2] == "mx1.exa… connecting")
    }

    @Test func `Several profiles have a range each`() {
        var board = board
        _ = board.receive(.range(profile: "default", worst: .c, best: .c), at: 0)
        _ = board.receive(.range(profile: "strict\u{1B}", worst: .f, best: .b), at: 0)
        #expect(
            board.lines(width: 99, at: 0)[0].hasPrefix("bücher.example: default C, strict\\u{1b} F to B so far, "))
    }
}
