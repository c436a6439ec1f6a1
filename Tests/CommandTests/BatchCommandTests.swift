import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import Foundation
import Glibc
import LiveWire
import MailModel
import MailgradeCommand
import MailgradeKit
import Testing

/// `mailgrade batch` and `mailgrade filter`, over three mail servers that many domains share.
@Suite("Many domains", .timeLimit(.minutes(10)))
struct BatchCommandTests {
    /// Domains d1 to d24, whose mail goes to one of three servers by turns, and some that have none.
    private static let zone =
        (1...24).map { "d\($0).example.org MX 10 mx\($0 % 3 + 1).example.net" }.joined(separator: "\n") + """

            mx1.example.net A 192.0.2.1
            mx2.example.net A 192.0.2.2
            mx3.example.net A 192.0.2.3
            null.example.org MX 0 .
            shy.example.org MX 10 mx1.example.net
            _mailgrade.shy.example.org TXT "v=mailgrade; test=no"
            """

    private let folder: TemporaryFolder
    private let servers = SharedServers()

    init() throws { folder = try TemporaryFolder() }

    private func run(
        _ arguments: [String], zone: String = zone, servers: SharedServers? = nil,
        now: Date = Rig.instant, output: @escaping @Sendable (String) -> Void = { _ in },
        onInterrupt: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
    ) async -> Rig.Outcome {
        let (out, errors) = (Locked(""), Locked(""))
        let smtp = servers ?? self.servers
        let dns = ScriptedDNS(zone)
        let environment = Environment(
            output: TextOutput(isTerminal: false) { text in
                out.withLock { $0 += text }
                output(text)
            }, errors: TextOutput(isTerminal: false) { text in errors.withLock { $0 += text } },
            hostName: "probe.example.net", now: { now },
            wire: { _ in
                let ledger = ConnectionLedger()
                return Wire(dns: dns, smtp: smtp.counting(in: ledger), ledger: ledger)
            }, onInterrupt: onInterrupt)
        // The servers of the test are none of the Internet.
        let allow =
            arguments.first == "batch" || arguments.first == "filter" ? ["--allow-addresses", "192.0.2.0/24"] : []
        let status = await MailgradeCommand.run(arguments + allow, plugins: Plugin.builtIn, on: environment)
        return Rig.Outcome(status: status, output: out.withLock { $0 }, errors: errors.withLock { $0 })
    }

    private struct Line: Decodable {
        let line: Int
        let domain: String
        let state: String
        let grade: String?
        let why: String?
        let columns: [String: String]?
    }

    private func lines(_ text: String) throws -> [Line] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
            .sorted { $0.line < $1.line }
    }

    private static let names = (1...24).map { "d\($0).example.org" }

    @Test("every domain has the letter that it has alone, and every server is asked as often as by one domain alone")
    func sameAsAlone() async throws {
        let list = try folder.file("list", Self.names.joined(separator: "\n"))
        let outcome = await run(["batch", list, "--store", "\(folder.path)/store"])
        #expect(outcome.status == .graded, "\(outcome.errors)")
        let found = try lines(outcome.output)
        #expect(found.map(\.domain) == Self.names)
        for domain in Self.names.prefix(3) {
            let alone = SharedServers()
            let report = await run([domain, "--format", "json", "--quiet"], servers: alone)
            struct Graded: Decodable { let grade: String? }
            let grade = try JSONDecoder().decode(Graded.self, from: Data(report.output.utf8)).grade
            #expect(found.first { $0.domain == domain }?.grade == grade)
            for (address, count) in alone.connections { #expect(servers.connections[address] == count) }
        }
    }

    @Test("a second run asks nobody, and writes the same")
    func again() async throws {
        let list = try folder.file("list", Self.names.joined(separator: "\n"))
        let first = await run(["batch", list, "--store", "\(folder.path)/store"])
        let second = await run(["batch", list, "--store", "\(folder.path)/store"], servers: SharedServers())
        #expect(Set(first.output.split(separator: "\n")) == Set(second.output.split(separator: "\n")))
        #expect(second.errors.contains("24 domains were known from the store"))
        let later = await run(["batch", "--again", "--store", "\(folder.path)/store"])
        #expect(later.output == "" && later.errors.contains("0 of 0 lines"))
    }

    @Test("a run that is interrupted goes on where it was: every line has one result, and nobody is asked twice")
    func interrupted() async throws {
        let list = try folder.file("list", (Self.names + ["null.example.org", "not a domain"]).joined(separator: "\n"))
        let arguments = ["batch", list, "--output", "\(folder.path)/out", "--quiet"]
        var statuses: [CommandStatus] = []
        // The last one is left alone.
        for pause in [0, 20, 200, nil] {
            let outcome = await run(
                arguments,
                onInterrupt: { stop in
                    guard let pause else { return }
                    Task {
                        try? await Task.sleep(for: .milliseconds(pause))
                        stop()
                    }
                })
            statuses.append(outcome.status)
            if outcome.status == .graded { break }
        }
        #expect(statuses.last == .graded)
        let found = try lines(try #require(folder.text(of: "out")))
        #expect(found.map(\.line) == Array(1...26))
        let alone = SharedServers()
        _ = await run(["batch", list, "--store", "\(folder.path)/other"], servers: alone)
        for (address, count) in alone.connections {
            #expect(try #require(servers.connections[address]) <= count * statuses.count)
        }
    }

    @Test(
        "lines keep what else stands in them; what is no domain, or wants to be left alone, has a result that says so")
    func odd() async throws {
        let list = try folder.file(
            "list.csv", "domain,id\nd1.example.org,1\nD1.example.org.,2\n?,3\nshy.example.org,4\nnull.example.org,5\n")
        let outcome = await run(["batch", list, "--store", "\(folder.path)/store"])
        let found = try lines(outcome.output)
        #expect(found.map { $0.columns?["id"] } == ["1", "2", "3", "4", "5"])
        #expect(found.map(\.state) == ["graded", "graded", "invalid", "left-alone", "no-mail"])
        #expect(found[3].why == "_mailgrade.shy.example.org says that it is not to be tested")
        #expect(outcome.errors.contains("5 of 5 lines have their result"))
    }

    @Test("a domain that is written in several ways has a result for each line, and is asked once")
    func spellings() async throws {
        let names =
            (1...9).flatMap { ["d\($0).example.org", "D\($0).Example.org", "d\($0).example.org."] } + [
                "null.example.org", "b\u{FC}cher.example", "xn--bcher-kva.example",
            ]
        let list = try folder.file("list", names.joined(separator: "\n"))
        let outcome = await run(["batch", list, "--store", "\(folder.path)/store"])
        #expect(outcome.status == .graded)
        #expect(try lines(outcome.output).map(\.domain) == names)
        let once = SharedServers()
        _ = await run(
            [
                "batch", try folder.file("once", Self.names.prefix(9).joined(separator: "\n")), "--store",
                "\(folder.path)/other",
            ], servers: once)
        #expect(servers.connections == once.connections)
    }

    @Test("lines that are no domains are found again behind an interruption, whatever they are made of")
    func strangeLines() async throws {
        let list = try folder.file("list", "a\"b\nback\\slash\ntab\tb\n\u{1B}[31mred\nnull.example.org\n")
        for _ in 1...2 { #expect(await run(["batch", list, "--output", "\(folder.path)/out"]).status == .graded) }
        #expect(try lines(try #require(folder.text(of: "out"))).map(\.line) == [1, 2, 3, 4, 5])
    }

    @Test("a verdict is another one where servers are reached another way")
    func otherWays() async throws {
        let list = try folder.file("list", "d1.example.org\n")
        let arguments = ["batch", list, "--store", "\(folder.path)/store"]
        #expect(try lines(await run(arguments + ["--ipv6-only"]).output).map(\.grade) == [nil])
        #expect(try lines(await run(arguments).output).first?.grade != nil)
        let port = SharedServers()
        _ = await run(arguments + ["--port", "2525"], servers: port)
        #expect(!port.connections.isEmpty)
    }

    @Test("who wants results no older than that gets them, whatever the run before wanted")
    func fresh() async throws {
        let list = try folder.file("list", "d1.example.org\nd2.example.org\n")
        let arguments = ["batch", list, "--store", "\(folder.path)/store"]
        let first = await run(arguments)
        let later = SharedServers()
        let second = await run(arguments + ["--fresh", "1h"], servers: later, now: Rig.instant + 7200)
        #expect(later.connections == servers.connections)
        #expect(try lines(second.output).map(\.grade) == lines(first.output).map(\.grade))
        #expect(!second.errors.contains("known from the store"))
    }

    @Test("a run that wants all anew judges by all that it has seen, however little that may be old")
    func anew() async throws {
        let list = try folder.file("list", Self.names.joined(separator: "\n"))
        let first = await run(["batch", list, "--store", "\(folder.path)/store"])
        let anew = await run(
            ["batch", list, "--store", "\(folder.path)/store", "--fresh", "0s"], servers: SharedServers())
        #expect(try lines(anew.output).map(\.grade) == lines(first.output).map(\.grade))
        #expect(try lines(anew.output).allSatisfy { $0.state == "graded" })
    }

    @Test("more domains than there is room for, whose only server is silent: each line has its result")
    func silentMany() async throws {
        let count = 1100
        let zone =
            (1...count).map { "d\($0).example.org MX 10 mx.example.net" }.joined(separator: "\n")
            + "\nmx.example.net A 198.51.1.1"
        let list = try folder.file("list", (1...count).map { "d\($0).example.org" }.joined(separator: "\n"))
        let manners = try folder.file("manners.yaml", "schema: 1\nconnections: { addresses: 10 }\n")
        let outcome = await runSilent(list, zone, ["--manners", manners])
        #expect(outcome.status == .graded)
        #expect(outcome.errors.contains("1100 of 1100 lines have their result"), "\(outcome.errors)")
    }

    @Test("results that cannot be written end the run, and nothing stands behind the gap")
    func full() async throws {
        let list = try folder.file("list", Self.names.joined(separator: "\n"))
        let outcome = await run(["batch", list, "--output", "/dev/full", "--store", "\(folder.path)/store"])
        #expect(outcome.status == .unwritten)
        #expect(outcome.errors.contains("/dev/full cannot be written: no space left on device"))
    }

    @Test("two processes do not write into one file, whatever their stores are")
    func twoWriters() async throws {
        let list = try folder.file("list", "null.example.org\n")
        let out = "\(folder.path)/out"
        let other = open(out, O_RDWR | O_CREAT, 0o644)
        #expect(flock(other, LOCK_EX) == 0)
        let refused = await run(["batch", list, "--output", out])
        #expect(refused.status == .usage && refused.errors.contains("Another mailgrade is writing into"))
        close(other)
        #expect(await run(["batch", list, "--output", out]).status == .graded)
    }

    @Test("no file is written over because its path is written another way")
    func samePaths() async throws {
        let list = try folder.file("list", "null.example.org\n")
        let out = "\(folder.path)/out"
        _ = await run(["batch", list, "--output", out])
        for other in ["\(folder.path)/./out", "\(folder.path)/out.store", "\(folder.path)//list"] {
            let outcome = await run(["batch", list, "--output", out, "--format", "csv=\(other)"])
            #expect(outcome.status == .usage && outcome.errors.contains("Name another file for one of them"))
        }
    }

    @Test("what a profile says of one domain is said of that one, although others have the same servers")
    func named() async throws {
        let profile = try folder.file(
            "acme.yaml",
            """
            schema: 1
            id: acme
            extends: default
            title: With a waiver of one domain
            waivers:
              d1: { finding: mta-sts.absent, domain: d1.example.org, reason: agreed, approved-by: board, expires: "2030-01-01" }
            """)
        let list = try folder.file("list", Self.names.joined(separator: "\n"))
        let outcome = await run(["batch", list, "--store", "\(folder.path)/store", "--profile", profile])
        #expect(outcome.status == .graded, "\(outcome.errors)")
        let waived = outcome.output.split(separator: "\n").filter { $0.contains("1 waiver") }
        #expect(waived.count == 1 && waived[0].contains("\"d1.example.org\""))
    }

    @Test("who is on the list of those who are never contacted is not")
    func never() async throws {
        let list = try folder.file("list", "d1.example.org\nd2.example.org\nd3.example.org\n")
        let manners = try folder.file("manners.yaml", "schema: 1\nnever: [d1.example.org, 192.0.2.3]\n")
        let outcome = await run(["batch", list, "--store", "\(folder.path)/store", "--manners", manners])
        #expect(try lines(outcome.output).map(\.state) == ["left-alone", "left-alone", "graded"])
        #expect(servers.connections.keys.map(\.description) == ["192.0.2.1"])
    }

    @Test("where nobody answers, nothing is graded: it is our own port that is closed")
    func silent() async throws {
        let zone = (1...40).map { "d\($0).example.org MX 10 mx\($0).example.net\nmx\($0).example.net A 198.51.\($0).1" }
        let list = try folder.file("list", (1...40).map { "d\($0).example.org" }.joined(separator: "\n"))
        let silent = await runSilent(list, zone.joined(separator: "\n"))
        #expect(silent.status == .untold)
        #expect(silent.output == "")
        #expect(
            silent.errors.contains("None of the first 20 servers answered: outbound port 25 is probably blocked here."))
    }

    private func runSilent(_ list: String, _ zone: String, _ more: [String] = []) async -> Rig.Outcome {
        let (out, errors) = (Locked(""), Locked(""))
        let dns = ScriptedDNS(zone)
        let environment = Environment(
            output: TextOutput(isTerminal: false) { text in out.withLock { $0 += text } },
            errors: TextOutput(isTerminal: false) { text in errors.withLock { $0 += text } },
            hostName: "probe.example.net", now: { Rig.instant },
            wire: { _ in
                let ledger = ConnectionLedger()
                return Wire(dns: dns, smtp: Silence(ledger: ledger), ledger: ledger)
            })
        let status = await MailgradeCommand.run(
            ["batch", list, "--store", "\(folder.path)/store", "--allow-addresses", "198.51.0.0/16"] + more,
            plugins: Plugin.builtIn,
            on: environment)
        return Rig.Outcome(status: status, output: out.withLock { $0 }, errors: errors.withLock { $0 })
    }

    @Test("a machine whose resolver validates nothing is not fit for a batch, unless it is told to")
    func unfit() async throws {
        let list = try folder.file("list", "null.example.org\n")
        let dns = ScriptedDNS(Self.zone, health: .stripsDNSSEC(reason: "no RRSIG"))
        let errors = Locked("")
        let environment = Environment(
            output: TextOutput(isTerminal: false) { _ in },
            errors: TextOutput(isTerminal: false) { text in errors.withLock { $0 += text } },
            hostName: "probe.example.net", now: { Rig.instant }, wire: { _ in Wire(dns: dns, smtp: ScriptedSMTP([:])) })
        let arguments = ["batch", list, "--store", "\(folder.path)/store", "--allow-addresses", "192.0.2.0/24"]
        #expect(await MailgradeCommand.run(arguments, plugins: Plugin.builtIn, on: environment) == .untold)
        #expect(errors.withLock { $0 }.contains("The batch was not started"))
        #expect(
            await MailgradeCommand.run(arguments + ["--anyway"], plugins: Plugin.builtIn, on: environment) == .graded)
    }

    @Test("results of another list are not written behind, and a last line that is not whole is written again")
    func output() async throws {
        let list = try folder.file("list", "null.example.org\nd1.example.org\n")
        let out = "\(folder.path)/out"
        _ = await run(["batch", list, "--output", out])
        let whole = try #require(folder.text(of: "out"))
        _ = try folder.file("out", String(whole.dropLast(40)))
        #expect(await run(["batch", list, "--output", out]).status == .graded)
        #expect(try lines(try #require(folder.text(of: "out"))).map(\.line) == [1, 2])
        let other = try folder.file("other", "d2.example.org\nd3.example.org\n")
        let refused = await run(["batch", other, "--output", out, "--store", "\(folder.path)/store"])
        #expect(refused.status == .usage && refused.errors.contains("has results of another list"))
        _ = try folder.file("text", "hello\n")
        let text = await run(["batch", list, "--output", "\(folder.path)/text", "--store", "\(folder.path)/store"])
        #expect(text.status == .usage && text.errors.contains("line 1 is no result of a batch"))
        #expect(folder.text(of: "text") == "hello\n")
    }

    @Test(
        "what somebody else has written is not cut off, whether its last line ends or not",
        arguments: ["my precious notes", "{\"v\":1}", "{\"v\":1,\"line\":1,\"domain\":null", "\n"])
    func foreign(_ text: String) async throws {
        let list = try folder.file("list", "null.example.org\n")
        let notes = try folder.file("notes", text)
        let refused = await run(["batch", list, "--output", notes, "--store", "\(folder.path)/store"])
        #expect(refused.status == .usage && refused.errors.contains("line 1 is no result of a batch"))
        #expect(folder.text(of: "notes") == text)
    }

    @Test("a line of ours is written again wherever it was cut off", arguments: [1, 8, 15, 17, 25, 40, 80])
    func begun(_ length: Int) async throws {
        let list = try folder.file("list", "null.example.org\n")
        let arguments = ["batch", list, "--output", "\(folder.path)/out"]
        _ = await run(arguments)
        let whole = try #require(folder.text(of: "out"))
        _ = try folder.file("out", String(whole.prefix(length)))
        #expect(await run(arguments).status == .graded)
        #expect(folder.text(of: "out") == whole)
    }

    @Test(
        "nothing is written into the output of another list, however many of its lines could be told at once",
        arguments: ["d1.example.org\nnull.example.org\n?\n", "?\n", "a b\n\nc d\n# none\n"])
    func otherList(_ text: String) async throws {
        let list = try folder.file("list", "null.example.org\nd1.example.org\n")
        let out = "\(folder.path)/out"
        _ = await run(["batch", list, "--output", out])
        let before = try #require(folder.text(of: "out")) + "{\"v\":1,\"li"
        _ = try folder.file("out", before)
        let other = try folder.file("other", text)
        let refused = await run(["batch", other, "--output", out])
        #expect(refused.status == .usage && refused.errors.contains("has results of another list"))
        #expect(folder.text(of: "out") == before)
    }

    @Test("what has aged is looked at again into a file of its own, and is not done because it was the last time")
    func againBehindLastTime() async throws {
        let list = try folder.file("list", Self.names.joined(separator: "\n"))
        let store = "\(folder.path)/store"
        _ = await run(["batch", list, "--store", store])
        let arguments = ["batch", "--again", "--store", store, "--output"]
        let first = await run(arguments + ["\(folder.path)/first"], now: Rig.instant + 2 * 86_400)
        #expect(first.errors.contains("24 of 24 lines have their result"), "\(first.errors)")
        let before = folder.text(of: "first")
        let refused = await run(arguments + ["\(folder.path)/first"], now: Rig.instant + 4 * 86_400)
        #expect(refused.status == .usage && refused.errors.contains("has results of an earlier run"))
        #expect(folder.text(of: "first") == before)
        let second = await run(arguments + ["\(folder.path)/second"], now: Rig.instant + 4 * 86_400)
        #expect(second.errors.contains("24 of 24 lines have their result"), "\(second.errors)")
    }

    @Test("a run over what has aged goes on where it was killed, those of the last moment included")
    func againBehindItself() async throws {
        let list = try folder.file("list", Self.names.joined(separator: "\n"))
        let (store, out) = ("\(folder.path)/store", "\(folder.path)/out")
        _ = await run(["batch", list, "--store", store])
        let arguments = ["batch", "--again", "--store", store, "--output", out]
        _ = await run(arguments, now: Rig.instant + 2 * 86_400)
        let whole = try #require(folder.text(of: "out"))
        // As if it had been killed when 24 verdicts were in the store and 10 results in the output.
        let cut = whole.split(separator: "\n").prefix(10).joined(separator: "\n") + "\n{\"v\":1,\"line\":2"
        _ = try folder.file("out", cut)
        let rest = await run(arguments, servers: SharedServers(), now: Rig.instant + 2 * 86_400 + 60)
        #expect(rest.status == .graded && rest.errors.contains("14 of 14 lines"), "\(rest.errors)")
        let found = try lines(try #require(folder.text(of: "out")))
        #expect(Set(found.map(\.domain)) == Set(Self.names) && found.count == 24)
        #expect(Set(found.map(\.line)).count == 24)
    }

    @Test("where nothing was judged by this profile, nothing can be due, which is said")
    func againUnderAnother() async throws {
        let list = try folder.file("list", "null.example.org\n")
        let store = "\(folder.path)/store"
        _ = await run(["batch", list, "--store", store])
        let other = try folder.file("acme.yaml", "schema: 1\nid: acme\nextends: default\ntitle: Ours\n")
        for more in [["--profile", other], ["--ipv4-only"]] {
            let refused = await run(["batch", "--again", "--store", store] + more, now: Rig.instant + 2 * 86_400)
            #expect(refused.status == .usage && refused.errors.contains("The store has no results under"))
        }
    }

    @Test("all results in other forms")
    func forms() async throws {
        let list = try folder.file("list.csv", "domain,id\nd1.example.org,=1\nd2.example.org,2\nnull.example.org,3\n")
        let forms = ["csv", "markdown", "sarif"].flatMap { ["--format", "\($0)=\(folder.path)/all.\($0)"] }
        let outcome = await run(["batch", list, "--output", "\(folder.path)/out"] + forms)
        #expect(outcome.status == .graded, "\(outcome.errors)")
        let csv = try #require(folder.text(of: "all.csv")).split(separator: "\r\n")
        #expect(csv.count == 4 && csv[0].hasPrefix("line,domain,state,grade,") && csv[0].hasSuffix(",id"))
        #expect(csv.contains { $0.hasSuffix(",'=1") })
        #expect(try #require(folder.text(of: "all.markdown")).contains("| null.example.org | no-mail |"))
        let sarif = try JSONDecoder().decode(
            JSONValue.self, from: Data(try #require(folder.text(of: "all.sarif")).utf8))
        #expect("\(sarif)".contains("startLine") && "\(sarif)".contains("list.csv"))
    }

    @Test("a line that is a part of a record is no domain, and says why")
    func partOfRecord() async throws {
        let list = try folder.file("list.csv", "note,domain\n\"two\nlines\",null.example.org\nx,null.example.org\n")
        let found = try lines(await run(["batch", list, "--store", "\(folder.path)/store"]).output)
        #expect(found.map(\.state) == ["invalid", "invalid", "no-mail"])
        #expect(found[1].why?.contains("a cell ends in the line in which it begins") == true)
    }

    @Test("no column is lost because another one has its name")
    func sameNames() async throws {
        let list = try folder.file("list.csv", "domain,name,name\nnull.example.org,a,b\n")
        let out = "\(folder.path)/out"
        _ = await run(["batch", list, "--output", out, "--format", "csv=\(folder.path)/csv"])
        let rows = try #require(folder.text(of: "csv")).split(separator: "\r\n")
        #expect(rows[0].hasSuffix(",name,name 3") && rows[1].hasSuffix(",a,b"))
    }

    @Test("no file that a batch reads is written over by what it writes")
    func filesThatAreRead() async throws {
        let list = try folder.file("list", "null.example.org\n")
        let base = try folder.file("base.yaml", "schema: 1\nid: base\nextends: default\ntitle: Ours\n")
        let files = [
            "--manners": try folder.file("manners.yaml", "schema: 1\n"), "--profile": base,
            "--ca-file": try folder.file("ca.pem", "x"), "--trust-anchor": try folder.file("anchor", "x"),
        ]
        for (option, file) in files {
            let before = try String(contentsOfFile: file, encoding: .utf8)
            let given = ["batch", list, option, file]
            let form = ["--output", "\(folder.path)/out", "--format", "csv=\(file)"]
            for more in [form, ["--output", file], ["--store", file]] {
                let refused = await run(given + more)
                #expect(refused.status == .usage && refused.errors.contains("Name another file for one of them"))
            }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
        }
    }

    @Test("what is no store is refused, and stays as it is", arguments: ["", "hello\n"])
    func noStore(_ text: String) async throws {
        let file = try folder.file("file", text)
        for arguments in [["diff", file], ["batch", "--again", "--store", file]] {
            let refused = await run(arguments)
            #expect(refused.status == .usage && refused.errors.contains("is no store of mailgrade"))
        }
        #expect(folder.text(of: "file") == text)
        #expect(await run(["batch", "--again", "--store", "\(folder.path)/none"]).errors.contains("There is no store"))
        #expect(folder.text(of: "none") == nil && folder.text(of: "file.lock") == nil)
    }

    @Test(
        "CSV has the columns of every line, though some lines lack some; a formula is none, whatever follows its sign")
    func ragged() async throws {
        let list = try folder.file(
            "list.csv",
            "domain,id,note\nd1.example.org,7,x\nd2.example.org\nd3.example.org,=\u{301}1\nnull.example.org,8,\n")
        _ = await run(["batch", list, "--output", "\(folder.path)/out", "--format", "csv=\(folder.path)/csv"])
        let rows = try #require(folder.text(of: "csv")).split(separator: "\r\n")
        #expect(rows.first?.hasSuffix(",id,note") == true)
        #expect(rows.contains { $0.hasPrefix("2,d1.example.org") && $0.hasSuffix(",7,x") })
        #expect(rows.contains { $0.hasPrefix("3,d2.example.org") && $0.hasSuffix(",,") })
        #expect(rows.contains { $0.hasPrefix("4,d3.example.org") && $0.hasSuffix(",'=\u{301}1,") })
    }

    @Test("results go into a pipe as long as somebody reads it; then the batch ends, and says so")
    func pipe() async throws {
        let list = try folder.file("list.txt", "d1.example.org\n")
        let pipe = "\(folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        signal(SIGPIPE, SIG_IGN)  // as the program does
        // Opens when the batch does, and is gone before the first result. Who waits for a pipe needs a thread of his own.
        Thread.detachNewThread { close(open(pipe, O_RDONLY)) }
        let outcome = await run(["batch", list, "--output", pipe, "--store", "\(folder.path)/store"])
        #expect(outcome.status == .unwritten)
        #expect(outcome.errors.contains("broken pipe"), "\(outcome.errors)")
    }

    @Test(
        "what cannot be meant is refused before anything is done",
        arguments: [
            (["batch"], "No list of domains"), (["batch", "x", "--again"], "--again takes its domains from the store"),
            (["batch", "/nowhere"], "cannot be read"),
            (["batch", "x", "--format", "csv=y"], "--format is made of the file of --output"),
            (["batch", "x", "--output", "x"], "are both x"),
            (["batch", "x", "--format", "html=y"], "Use csv, markdown or sarif"),
            (["batch", "x", "--fresh", "soon"], "Use a duration"),
            (["batch", "x", "--server", "mx.example.com"], "--server is about one domain"),
            (["filter", "resolve", "--shard", "3/2"], "the part and how many"), (["filter", "grade"], "resolve"),
            (["diff", "/nowhere"], "There is no store"),
        ])
    func refused(_ arguments: [String], _ words: String) async {
        let store = arguments.first == "batch" ? ["--store", "\(folder.path)/store"] : []
        let outcome = await run(arguments + store)
        #expect(outcome.status == .usage)
        #expect(outcome.errors.replacing("\n", with: " ").contains(words), "\(outcome.errors)")
    }
}

/// Servers that never answer.
private struct Silence: SMTPClient {
    let ledger: ConnectionLedger

    func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        ledger.opened(to: server.address)
        throw WireFailure.timedOut(stage: "connect")
    }

    func rest(_ server: MailServer, for pause: Duration) {}
    func alone<Result: Sendable>(
        with server: MailServer, _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await body() }
}
