internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import LiveWire
internal import MailModel
internal import MailgradeKit
internal import Store

/// What batch and filters work with.
struct ManyMeans {
    /// For all connections to one address, which are far apart.
    private static let deadline = Duration.seconds(1800)

    let manners: Manners
    private let isPublic: Bool
    let stages: Stages

    /// The network as batch and filters use it.
    struct Opened {
        fileprivate let settings: RunSettings
        fileprivate let isPublic: Bool
        fileprivate let wire: @Sendable () async throws -> Wire
    }

    /// Opens the network; nothing is sent.
    static func open(
        _ network: NetworkOptions, _ policies: Policies, _ manners: Manners, _ environment: Environment
    ) throws -> Opened {
        let settings = try settings(network, policies, manners, environment)
        var request = network.wire
        request.settings = settings
        let wires = try environment.network(request)
        return Opened(settings: settings, isPublic: network.allowAddresses.isEmpty) { [request] in
            try await wires(request)
        }
    }

    /// What works on a network that was opened. `shelf` is where facts are kept, where they are.
    init(
        _ network: Opened, _ policies: Policies, _ manners: Manners, ages: Store.Ages,
        before shelf: (any FactShelf)? = nil
    ) async throws {
        self.manners = manners
        isPublic = network.isPublic
        let facts = MemoryFactStore(.init(age: ages.settled, count: 8_000, openAge: ages.open), before: shelf)
        // Nothing is asked ahead: nobody waits for one domain.
        stages = try await Stages(policies, network.settings, facts: facts, wire: network.wire)
    }

    /// Whether this machine is fit to ask many. Servers of a network of one's own do not care who asks.
    func selfTest() async -> SelfTest {
        guard isPublic else { return await SelfTest(stages.dns, helo: nil, families: []) { _ in nil } }
        return await SelfTest(
            stages.dns, helo: stages.settings.helo, families: stages.settings.families, address: OwnAddress.of)
    }

    /// One connection at a time to each address, unless the command line says otherwise.
    private static func settings(
        _ network: NetworkOptions, _ policies: Policies, _ manners: Manners, _ environment: Environment
    ) throws -> RunSettings {
        guard network.server.isEmpty else { throw UsageError("--server is about one domain. Leave it out.") }
        var settings = try network.settings(policies.all.map(\.profile), machine: environment.hostName)
        settings.helo = network.helo ?? manners.helo ?? settings.helo
        settings.connectionsPerServer = network.connectionsPerServer ?? manners.connectionsPerAddress
        settings.spacing = manners.apart
        settings.patience = manners.patience
        settings.deadline = network.deadline ?? deadline
        return settings
    }
}
