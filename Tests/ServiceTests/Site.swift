import Batch
import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import Hummingbird
import Logging
import MailModel
import MailgradeKit
import NIOCore
import Testing

@testable import Service
@testable import Store

/// A service in a world of its own: scripted names and servers, a clock that stands still, a store that is thrown away.
final class Site: Sendable {
    static let zone = """
        example.com        MX    10 mx.example.com
        mx.example.com     A     192.0.2.25
        mx.example.com     AAAA  -
        quiet.example.com  MX    10 mx.quiet.example.com
        mx.quiet.example.com A   192.0.2.26
        mx.quiet.example.com AAAA -
        _mailgrade.quiet.example.com TXT "v=mailgrade; test=no"
        hosted.example.com MX    10 mx.shy.example.net
        mx.shy.example.net A     192.0.2.27
        mx.shy.example.net AAAA  -
        _mailgrade.mx.shy.example.net TXT "v=mailgrade; test=no"
        open.example.com   MX    10 mx.example.com
        _mailgrade.open.example.com TXT "v=mailgrade; publish=yes"
        """

    let folder: String
    let store: Store
    let ledger = ConnectionLedger()
    let time = Locked(Date(timeIntervalSince1970: 1_767_225_600))
    /// Held while runs are to wait before they begin to look anything up.
    let gate = Gate()
    let service: MailgradeService
    let means: RunMeans

    init(
        _ configuration: ServiceConfiguration = ServiceConfiguration(), zone: String = Site.zone,
        hosts: Set<String>? = nil, folder: String? = nil
    )
        throws
    {
        self.folder = folder ?? "/tmp/mailgraded-tests-\(RandomName.make())"
        try? FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        let time = time
        store = try Store(
            file: "\(self.folder)/store", known: Policies.facts(Plugin.builtIn),
            ages: .init(settled: .zero, open: .zero),
            now: { time.withLock { $0 } })
        let wire = Wire(dns: ScriptedDNS(zone), smtp: ScriptedSMTP([:], ledger: ledger), ledger: ledger)
        let gate = gate
        var settings = RunSettings(helo: "probe.example.net")
        settings.deadline = .seconds(3600)
        means = RunMeans(
            configuration, try Policies(configuration.profiles, plugins: Plugin.builtIn), plugins: Plugin.builtIn,
            settings: settings, request: WireRequest(), store: store,
            now: { time.withLock { $0 } }
        ) { request in
            if request.domain != nil { await gate.pass() }
            return wire
        }
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        service = try MailgradeService(configuration, means, hosts: hosts, logger: logger)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Asks the service without a socket.
    func asking<Value: Sendable>(_ body: @escaping @Sendable (Client) async throws -> Value)
        async throws -> Value
    {
        try await body(Client(responder: service.responder()))
    }

    /// Waits until no run goes on.
    func rest() async throws {
        while await service.desk.load != (0, 0) { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// What a watch has seen of a domain: saved evidence of the corpus.
    func observe(_ name: String) throws {
        means.keep(
            try Evidence(json: try Self.corpus(name), known: means.policies.plan.knownFacts), means.policies)
    }

    static func corpus(_ name: String) throws -> Data {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return try Data(contentsOf: URL(filePath: "/\(folder)/Corpus/evidence/\(name).json"))
    }

    /// A result that is in the store already: saved evidence of the corpus.
    func stored(_ name: String = "tls-all.test", key: String = "secret") async throws -> StoredRun {
        let data = try Self.corpus(name)
        let evidence = try Evidence(json: data, known: means.policies.plan.knownFacts)
        var run = StoredRun(
            id: RandomName.make(), domain: evidence.domain, requested: evidence.collectedAt, profile: "default",
            key: SHA256.hex(key.utf8))
        run.finished = evidence.collectedAt
        run.state = .done
        run.grade = "B"
        store.keep(run, evidence: data)
        try await store.flush()
        return run
    }
}

/// Lets nobody pass until it is opened.
final class Gate: Sendable {
    private struct State {
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func close() { state.withLock { $0.isClosed = true } }

    func open() {
        let waiting = state.withLock { state in
            state.isClosed = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.isClosed { state.waiting.append(continuation) }
                return !state.isClosed
            }
            if isOpen { continuation.resume() }
        }
    }
}

extension Client.Answer {
    var text: String { String(buffer: body) }

    /// The id of the run that it is about.
    func id() throws -> String? { try json()["id"]?.string }

    func json() throws -> JSONValue { try JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView)) }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
}

extension Client {
    /// Fills in the form.
    func post(_ path: String, _ form: String, _ more: HTTPFields = [:]) async throws -> Client.Answer {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers.append(contentsOf: more)
        return try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: form))
    }

    /// Asks as a program.
    func call(_ json: String, _ more: HTTPFields = [:]) async throws -> Client.Answer {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers.append(contentsOf: more)
        return try await execute(uri: "/api/v1/runs", method: .post, headers: headers, body: ByteBuffer(string: json))
    }

    /// Deletes a result with a token.
    func delete(_ id: String, _ token: String) async throws -> HTTPResponse.Status {
        try await execute(
            uri: "/api/v1/runs/\(id)", method: .delete, headers: [.authorization: "Bearer \(token)"]
        ).status
    }

    /// Reads.
    func read(_ path: String, _ headers: HTTPFields = [:]) async throws -> Client.Answer {
        try await execute(uri: path, method: .get, headers: headers)
    }
}
