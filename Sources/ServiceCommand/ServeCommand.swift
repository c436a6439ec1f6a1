internal import ArgumentParser
internal import Batch
internal import CheckKit
internal import Grading
internal import HummingbirdCore
internal import LiveWire
internal import Logging
internal import MailModel
internal import MailgradeCommand
internal import MailgradeKit
internal import NIOCore
internal import Service
internal import ServiceLifecycle
internal import Store
internal import UnixSignals

/// `mailgraded serve`.
struct ServeCommand: ServiceSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answers on the web until it is asked to stop.",
        discussion: """
            The page speaks HTTP: for others than this machine put nginx or another server with TLS in front of it. SIGTERM and \
            SIGINT stop it: runs that go on end first. Runs that had no turn yet, and those that were going on when it was \
            killed, are begun again at the next start.

            Example:
              mailgraded serve --listen 127.0.0.1:8080 --store /var/lib/mailgraded/store
            """)

    @Option(
        help: ArgumentHelp(
            "Where to listen: an address and a port, or the path of a socket.", valueName: "address:port|unix:path"),
        transform: ListenAddress.init)
    var listen = ListenAddress.standard

    @Option(help: ArgumentHelp("Keep results and what was seen in this file.", valueName: "file"), completion: .file())
    var store: String

    @Option(
        help: ArgumentHelp(
            "What the page offers, whom it turns away, what is watched: a mailgraded.yaml.", valueName: "file"),
        completion: .file())
    var config: String?

    @Option(help: ArgumentHelp("How the log is written, on standard error.", valueName: "text|json"))
    var log = LogForm.text

    @Option(help: ArgumentHelp("A name that requests may use for this service. May be repeated.", valueName: "name"))
    var host: [String] = []

    @OptionGroup(title: "Network options") var network: NetworkOptions

    /// How the log is written.
    enum LogForm: String, ExpressibleByArgument, CaseIterable, Sendable {
        case text, json

        var logger: Logger {
            var logger = Logger(label: "mailgraded") { label -> any LogHandler in
                switch self {
                case .text: StreamLogHandler.standardError(label: label)
                case .json: JSONLogHandler()
                }
            }
            logger.logLevel = .info
            return logger
        }
    }

    func run(_ plugins: [Plugin], on machine: Environment) async throws {
        guard network.server.isEmpty else { throw UsageError("--server is about one domain. Leave it out.") }
        // Otherwise the server would put its own socket in its place, and nobody would reach the other one any more.
        if case .path(let path) = listen, LocalSocket.isTaken(path) {
            throw UsageError(
                "It is not possible to listen on \(listen): somebody answers there. Stop that, or name another path.")
        }
        let configuration =
            try config.map { try ServiceConfiguration(file: $0, plugins: plugins) } ?? ServiceConfiguration()
        let logger = log.logger
        var request = network.wire
        let policies = try Policies(configuration.profiles, plugins: plugins)
        var settings = try network.settings(policies.all.map(\.profile), machine: machine.hostName)
        settings.helo = network.helo ?? configuration.manners.helo ?? settings.helo
        request.settings = settings
        // Before the store is made: a process that cannot use the network has no use for one.
        let wires = try machine.network(request)
        let store = try Store(
            file: store, network: network.identity, known: Policies.facts(plugins),
            ages: Store.Ages(settled: .zero, open: .zero))
        let means = RunMeans(
            configuration, policies, plugins: plugins, settings: settings, request: request, store: store, open: wires)
        let looking = try looking(request, configuration, wires, on: machine)
        let courier = try LiveCourier(caFile: network.caFile, name: settings.helo ?? "localhost")
        let service = try MailgradeService(
            configuration, means, hosts: hosts(configuration), courier: courier, looking: looking, logger: logger)
        let application = try service.application(on: listen.bind) { channel in
            logger.notice("listening on \(channel.localAddress?.description ?? "\(listen)")")
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [application], gracefulShutdownSignals: [.sigterm, .sigint, .sighup, .sigquit], logger: logger
            ))
        do {
            try await group.run()
        } catch let error as IOError {
            throw UsageError("It is not possible to listen on \(listen): \(error).")
        }
        try await store.close()
    }

    /// How looks reach servers: nobody waits for them, so they are as gentle as a batch.
    private func looking(
        _ request: WireRequest, _ configuration: ServiceConfiguration,
        _ wires: @escaping @Sendable (WireRequest) async throws -> Wire, on machine: Environment
    ) throws -> @Sendable () async throws -> Wire {
        var gentle = request
        let manners = configuration.manners
        gentle.settings.connectionsPerServer = min(request.settings.connectionsPerServer, manners.connectionsPerAddress)
        gentle.settings.spacing = manners.apart
        gentle.settings.patience = manners.patience
        // A list that is empty needs no second resolver.
        let open = configuration.lists.isEmpty ? wires : try machine.network(gentle)
        return { [gentle] in try await open(gentle) }
    }

    /// The names that requests may use; nil for any, where nothing tells them.
    private func hosts(_ configuration: ServiceConfiguration) -> Set<String>? {
        // Some web servers hand a port on, and others, as in our example, the name alone.
        let own = configuration.address.flatMap { WebAddress($0) }.map { [$0.authority.lowercased(), $0.host] } ?? []
        let named = own + host.map { $0.lowercased() }
        guard listen.isLoopback || !named.isEmpty else { return nil }
        return Set(named + ["localhost", "127.0.0.1", "[::1]", listen.host].compactMap { $0 })
    }
}
