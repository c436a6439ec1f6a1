import CheckEngine
import CheckKit
import Checks
import MailModel
import MailgradeKit
import Reporting
import Testing

@testable import MailgradeCommand

/// What stands on a terminal after the live view has been drawn, by a terminal that knows what the view sends.
@Suite struct LiveViewTests {
    private let domain: DomainName
    private let servers: [MailServer]

    init() throws {
        domain = try DomainName(input: "example.com")
        servers = try (1...8).map {
            MailServer(
                host: try DomainName(input: "mx\($0).example.com"), address: try #require(IPAddress("2001:db8::\($0)")))
        }
    }

    private func progress(on terminal: Locked<Terminal>) -> (Progress, TextOutput) {
        let output = TextOutput(
            isTerminal: true, size: { terminal.withLock { ($0.saidWidth ?? $0.width, $0.saidHeight ?? $0.height) } }
        ) { text in terminal.withLock { $0.write(text) } }
        let progress = Progress(domain, [], deadline: 60, on: output)
        progress.receive(.servers(list: servers))
        for server in servers {
            progress.receive(
                .began(
                    place: EventPlace(.server(server)), fact: "smtp.conversation", phrase: "connecting\u{1B}[2J\u{7}"))
        }
        return (progress, output)
    }

    @Test(arguments: [(80, 24), (40, 12), (10, 3), (1, 1), (200, 60)])
    func `A view of any size stays where it is, and nothing of it is left at the end`(_ width: Int, _ height: Int) {
        let terminal = Locked(Terminal(width: width, height: height))
        terminal.withLock { $0.write("$ mailgrade\n") }
        let (progress, output) = progress(on: terminal)
        for frame in 0..<5 {
            progress.draw(on: output, at: Double(frame))
            if width == 80 {
                let lines = terminal.withLock { $0.all }
                #expect(lines.count { $0.hasPrefix("example.com: no letter yet") } == 1)
                #expect(lines.last?.hasPrefix("mx8.example.com  ") == true)
            }
        }
        progress.erase(on: output)
        // What a line of one column wraps to is not ours.
        if width > 11 { #expect(terminal.withLock { $0.all } == ["$ mailgrade"]) }
        // Whoever draws late draws nothing.
        let before = terminal.withLock { $0.all }
        progress.draw(on: output, at: 9)
        #expect(terminal.withLock { $0.all } == before)
    }

    @Test func `A terminal that is made narrower or wider is drawn over cleanly`() {
        let terminal = Locked(Terminal(width: 80, height: 60))
        let (progress, output) = progress(on: terminal)
        for width in [80, 43, 21, 60, 11, 80] {
            terminal.withLock { $0.resize(to: width) }
            progress.draw(on: output, at: 1)
            #expect(terminal.withLock { $0.all }.count == 10)
        }
        progress.erase(on: output)
        #expect(terminal.withLock { $0.all }.isEmpty)
    }

    @Test func `A terminal that does not say how large it is counts as one of 80 columns and 24 lines`() {
        let terminal = Locked(Terminal(width: 80, height: 24))
        terminal.withLock { ($0.saidWidth, $0.saidHeight) = (0, 0) }
        let (progress, output) = progress(on: terminal)
        progress.draw(on: output, at: 1)
        #expect(terminal.withLock { $0.all }.count == 10)
    }

    @Test func `More servers than lines are folded`() {
        let terminal = Locked(Terminal(width: 80, height: 6))
        let (progress, output) = progress(on: terminal)
        progress.draw(on: output, at: 1)
        let lines = terminal.withLock { $0.all }
        #expect(lines.count == 5 && lines.last == "and 6 more")
    }

    @Test func `A note stands above the view and is not drawn over`() async throws {
        let terminal = Locked(Terminal(width: 80, height: 24))
        let output = TextOutput(isTerminal: true) { text in terminal.withLock { $0.write(text) } }
        let progress = Progress(domain, [], deadline: 60, on: output)
        let mailgrade = Mailgrade(plugins: Plugin.builtIn) { request in
            request.note("A note\u{1B}[2J.")
            throw UsageError("There is no network.")
        }
        let run = mailgrade.run(domain, try mailgrade.policies(["default"]))
        await #expect(throws: UsageError.self) { try await progress.showing(run) }
        #expect(terminal.withLock { $0.all } == ["A note\\u{1b}[2J."])
    }

    @Test func `Drawing again goes up as many rows as the old lines take now`() {
        var canvas = Canvas()
        #expect(canvas.draw(["one", "two"], width: 80) == "\u{1B}[Jone\ntwo\n")
        #expect(canvas.draw(["one", "two", "three"], width: 80) == "\r\u{1B}[2A\u{1B}[Jone\ntwo\nthree\n")
        #expect(canvas.draw(["x"], width: 4).hasPrefix("\r\u{1B}[4A"))
        #expect(canvas.draw([], width: 0).hasPrefix("\r\u{1B}[1A"))
    }
}

/// A terminal that knows line ends, carriage returns, "up" and "erase below", and wraps long lines. Anything else stops the test.
struct Terminal {
    private(set) var width: Int
    let height: Int
    /// What it says of its size, where that is not so.
    var saidWidth: Int?
    var saidHeight: Int?
    /// Lines as they were written, each with the rows that it takes now.
    private var lines: [String] = [""]
    private var row = 0

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
    }

    /// Every line with something on it.
    var all: [String] { lines.filter { !$0.isEmpty } }

    /// Lines that were written are wrapped anew, as terminals do.
    mutating func resize(to width: Int) {
        self.width = width
    }

    private func rows(_ line: String) -> Int { max(1, (line.columns + width - 1) / width) }

    mutating func write(_ text: String) {
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                row += 1
                if row == lines.count { lines.append("") }
            case "\r": break
            case "\u{1B}":
                precondition(rest.popFirst() == "[")
                let number = rest.prefix { $0.isNumber }
                rest.removeFirst(number.count)
                switch rest.popFirst() {
                case "A":
                    // Up by rows of the screen, of which a line may take several.
                    var left = Int(number) ?? 1
                    while left > 0, row > 0 {
                        row -= 1
                        left -= rows(lines[row])
                    }
                case "J":
                    lines[row] = ""
                    lines.removeSubrange((row + 1)...)
                default: preconditionFailure("a control sequence that the view does not need")
                }
            default:
                precondition(!character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 })
                lines[row].append(character)
            }
        }
    }
}
