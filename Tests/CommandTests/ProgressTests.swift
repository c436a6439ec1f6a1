import CheckKit
import Checks
import MailModel
import MailgradeKit
import Observations
import Reporting
import Testing

@testable import MailgradeCommand

@Suite struct ProgressTests {
    private let servers: [MailServer]
    private let domain: DomainName

    init() throws {
        domain = try DomainName(input: "bücher.example")
        servers = try (1...5).map {
            MailServer(
                host: try DomainName(input: "mx\($0).example.com"), address: try #require(IPAddress("192.0.2.\($0)")))
        }
    }

    private func place(_ server: Int) -> EventPlace { EventPlace(.server(servers[server])) }

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

    @Test func `Each server has a line with its latest step and its time`() {
        var board = ProgressBoard(domain)
        _ = board.receive(
            .began(place: EventPlace(.domain), fact: MXRecords.id, phrase: "looking up MX records"), at: 0)
        _ = board.receive(.ended(place: EventPlace(.domain), fact: MXRecords.id, phrase: "0 MX records"), at: 0.5)
        _ = board.receive(.servers(list: Array(servers.prefix(2))), at: 0.5)
        _ = board.receive(began(0), at: 0.5)
        _ = board.receive(learnt(0, talking("hi")), at: 1)
        #expect(
            board.lines(width: 60, at: 2) == [
                "bücher.example                0.5 s  0 MX records",
                "mx1.example.com [192.0.2.1]   1.5 s  greeting 220",
                "mx2.example.com [192.0.2.2]          waiting",
            ])
    }

    @Test func `No line is wider than the terminal and none is above its height`() {
        var board = ProgressBoard(domain)
        _ = board.receive(.servers(list: servers), at: 0)
        for index in servers.indices {
            _ = board.receive(began(index), at: 0)
            _ = board.receive(learnt(index, talking(String(repeating: "長い", count: 200))), at: 0)
        }
        for width in [1, 10, 30, 80] {
            let lines = board.lines(width: width, height: 4, at: 1)
            #expect(lines.count == 4)
            #expect(lines.allSatisfy { $0.columns <= width })
        }
        #expect(board.lines(width: 80, height: 4, at: 1).last == "  and 3 more")
        #expect(board.lines(width: 80, at: 1).count == 6)
    }

    @Test func `Servers still at work are shown before those that are done`() {
        var board = ProgressBoard(domain)
        _ = board.receive(.servers(list: servers), at: 0)
        for index in servers.indices { _ = board.receive(began(index), at: 0) }
        for index in 0..<4 {
            _ = board.receive(
                .ended(place: place(index), fact: Conversation.id, phrase: "connection: connection refused"), at: 1)
        }
        #expect(board.lines(width: 80, height: 2, at: 1).first?.hasPrefix("mx5.example.com") == true)
    }

    @Test func `A step is told once where lines cannot be redrawn`() {
        var board = ProgressBoard(domain)
        _ = board.receive(.servers(list: servers), at: 0)
        #expect(board.receive(began(0), at: 0).map(\.phrase) == ["connecting"])
        #expect(board.receive(learnt(0, Conversation()), at: 0).isEmpty)
        #expect(board.receive(learnt(0, talking("hi")), at: 0).map(\.phrase) == ["greeting 220"])
        #expect(board.receive(learnt(0, talking("hi")), at: 0).isEmpty)
    }

    @Test func `Before the first probe the resolver is checked`() {
        let board = ProgressBoard(domain)
        #expect(board.lines(width: 60, at: 2) == ["bücher.example   2.0 s  checking the resolver"])
    }

    @Test func `A note stands above the rows and is not drawn over`() async throws {
        let written = Locked("")
        let output = TextOutput(isTerminal: true) { text in written.withLock { $0 += text } }
        let progress = Progress(domain, on: output)
        let mailgrade = Mailgrade(plugins: Plugin.builtIn) { request in
            request.note("A note\u{1B}[2J.")
            throw UsageError("There is no network.")
        }
        let run = mailgrade.run(domain, try mailgrade.policies(["default"]))
        await #expect(throws: UsageError.self) { try await progress.showing(run) }
        let text = written.withLock { $0 }
        let note = try #require(text.firstRange(of: "A note\\u{1b}[2J.\n"))
        #expect(text[note.upperBound...].hasPrefix("\u{1B}[J"))
    }

    @Test func `Drawing again goes up as many rows as the old lines take now`() {
        var canvas = Canvas()
        #expect(canvas.draw(["one", "two"], width: 80) == "\u{1B}[Jone\ntwo\n")
        #expect(canvas.draw(["one", "two", "three"], width: 80) == "\r\u{1B}[2A\u{1B}[Jone\ntwo\nthree\n")
        #expect(canvas.draw(["x"], width: 4).hasPrefix("\r\u{1B}[4A"))
    }
}
