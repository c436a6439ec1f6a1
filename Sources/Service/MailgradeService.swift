internal import Batch
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import HTTPTypes
public import Hummingbird
internal import HummingbirdCore
public import Logging
public import MailModel
internal import MailgradeKit
public import NIOCore
public import ServiceLifecycle
internal import Store

/// The test on the web: a page that grades while one watches, an interface for programs, and what both rest on.
public struct MailgradeService: Sendable {
    let configuration: ServiceConfiguration
    let means: RunMeans
    let desk: RunDesk
    let metrics: ServiceMetrics
    let logger: Logger
    let cache = PageCache()
    let keyring: Keyring
    let networks = ClientNetwork.Hasher()
    let streams = OpenStreams()
    /// Names by which it is asked for; nil where any will do.
    let hosts: Set<String>?
    /// The policies of each list: they need not be among those that the page offers.
    let listPolicies: [String: Policies]
    /// What watches the lists; nil where there is nothing to watch and nothing to send.
    let watcher: Watcher?
    let outbox: Outbox?

    /// A service. `hosts` are the names that requests may use, and nil takes any: behind a proxy that has looked already. With a
    /// `courier` the lists are watched, and what there is to be told is sent; `looking` gives wires for that, which nobody waits for.
    /// Throws `UsageError` where a profile cannot be used, and what the store throws.
    public init(
        _ configuration: ServiceConfiguration, _ means: RunMeans, hosts: Set<String>? = nil,
        courier: (any Courier)? = nil, looking: (@Sendable () async throws -> Wire)? = nil,
        logger: Logger = Logger(label: "mailgraded")
    ) throws {
        self.configuration = configuration
        self.means = means
        self.hosts = hosts
        self.logger = logger
        metrics = ServiceMetrics(at: means.now())
        desk = RunDesk(means, configuration, metrics: metrics, logger: logger)
        keyring = Keyring(configuration.tokens)
        listPolicies = try configuration.lists.mapValues { try means.mailgrade.policies($0.profiles) }
        // Lists that are gone leave messages and alerts behind: those are sent, and these end.
        guard let courier,
            try !configuration.lists.isEmpty || !configuration.channels.isEmpty || means.store.waitingDeliveries() > 0
        else {
            (watcher, outbox) = (nil, nil)
            return
        }
        watcher = try Watcher(
            Self.watching(configuration, means, listPolicies, looking ?? means.wire, metrics, logger))
        outbox = Outbox(
            configuration.channels, means.store, courier, now: means.now,
            isQuiet: { configuration.isQuiet($0, at: $1) }, log: { logger.warning("\($0)") })
    }

    /// What looks show is a result like any other.
    private static func watching(
        _ configuration: ServiceConfiguration, _ means: RunMeans, _ policies: [String: Policies],
        _ wire: @escaping @Sendable () async throws -> Wire, _ metrics: ServiceMetrics, _ logger: Logger
    ) throws -> Watcher.Means {
        // What a page shows of a look rests on all that the page's profiles ask for.
        var asked = policies
        for (name, list) in configuration.lists {
            let known = Set((policies[name]?.all ?? []).map(\.profile.id))
            let offered = zip(configuration.profiles, means.policies.all).filter { !known.contains($1.profile.id) }
            asked[name] = try means.mailgrade.policies(list.profiles + offered.map(\.0))
        }
        let looks = try Looks(
            asked, plugins: means.mailgrade.plugins, settings: means.settings, manners: configuration.manners,
            store: means.store, now: means.now, wire: wire)
        var watching = Watcher.Means(
            configuration, policies: policies, plugins: means.mailgrade.plugins, settings: means.settings,
            store: means.store, now: means.now
        ) { look, kind in
            var evidence: Evidence?
            defer { metrics.looked(kind, evidence) }
            let seen = try await looks.observe(look.domain, kind, ofList: look.list)
            evidence = seen
            if kind == .graded, let policies = policies[look.list] { means.keep(seen, policies) }
            return seen
        }
        watching.log = { logger.notice("\($0)") }
        return watching
    }

    /// Everything that can be asked for.
    var endpoints: [Endpoint] { pages + alerts + interface + operation }

    /// What answers requests.
    func responder() -> RouterResponder<ServiceContext> {
        let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: Doorkeeper(hosts: hosts, metrics: metrics, logger: logger))
        for endpoint in endpoints {
            router.on(RouterPath(endpoint.path), method: endpoint.method, use: endpoint.answer)
        }
        return router.buildResponder()
    }

    private var watchers: [any Service] {
        guard let watcher, let outbox else { return [] }
        return [WatchService(watcher: watcher, outbox: outbox, logger: logger)]
    }

    /// The web server. It begins with the runs that were going on when the service was stopped, and ends once those that go on have.
    public func application(
        on address: BindAddress, connections: Int = 1000, services: [any Service] = [],
        whenRunning: @escaping @Sendable (any NIOCore.Channel) async -> Void = { _ in }
    ) throws -> some ApplicationProtocol {
        Application(
            responder: responder(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [TargetHost.Installer(), SlowReaderHandler(patience: .seconds(30))],
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: address, availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            services: [Housekeeping(service: self)] + watchers + services,
            onServerRunning: whenRunning, logger: logger)
    }
}

/// What is done by the way: heart-beats of streams, old runs and alerts are deleted, and at the end the runs that go on are waited for.
private struct Housekeeping: Service, CustomStringConvertible {
    let service: MailgradeService
    /// Groups of services log their names, and would print all that is in it.
    let description = "housekeeping"

    func run() async throws {
        try await service.desk.resume()
        let ticks = AsyncStream<Void> { continuation in
            let task = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: EventStream.heartBeat)
                    continuation.yield()
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
        var beats = 0
        for await _ in ticks.cancelOnGracefulShutdown() {
            await service.desk.ringAll()
            defer { beats += 1 }
            // A store that could not be written once takes nothing any more: whoever has started the service starts it again.
            try await service.means.store.flush()
            // Once an hour is enough for what is kept for weeks.
            guard beats % 240 == 0 else { continue }
            let oldest = service.means.now().addingTimeInterval(-service.configuration.keep.inSeconds)
            service.means.store.deleteRuns(before: oldest)
            service.means.store.deleteAlerts(before: oldest)
        }
        await service.desk.close()
        try await service.means.store.flush()
    }
}

/// Closes a connection whose reader has taken nothing for a while: what is to be written would be kept for ever.
private final class SlowReaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let patience: TimeAmount
    private var closing: Scheduled<Void>?

    init(patience: TimeAmount) { self.patience = patience }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        closing?.cancel()
        closing = nil
        if !context.channel.isWritable {
            let channel = context.channel
            closing = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) { closing?.cancel() }
}
