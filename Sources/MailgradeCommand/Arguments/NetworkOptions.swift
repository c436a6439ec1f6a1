package import ArgumentParser
package import CheckKit
package import Grading
internal import LiveWire
package import MailModel
package import MailgradeKit

/// The options about how the run behaves on the network.
package struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Test this server as if the domain's MX records named it and no other, with an address where it is not published yet. \
            May be repeated.
            """, valueName: "host[:address]"), transform: Self.server)
    package var server: [NamedServer] = []

    @Option(
        help: ArgumentHelp(
            "DNS resolver to use: system, recursive (full recursion) or an address.",
            valueName: "system|recursive|address[:port]"), completion: .list(["system", "recursive"]),
        transform: Self.resolver)
    var resolver = "system"

    @Option(
        help: ArgumentHelp(
            "DNSSEC trust anchors, DNSKEY or DS records, instead of the root's keys.", valueName: "file"),
        completion: .file())
    var trustAnchor: String?

    @Option(
        help: ArgumentHelp("Certificate authorities in PEM form instead of the system's.", valueName: "file"),
        completion: .file())
    package var caFile: String?

    @Option(
        help: ArgumentHelp(
            "Private and other special-purpose networks that may be contacted.", valueName: "cidr[,cidr…]"),
        transform: Self.addressBlocks)
    package var allowAddresses: [AddressBlock] = []

    @Option(help: ArgumentHelp("Port to connect to on the mail servers.", valueName: "n"), transform: Self.port)
    var port = 25

    @Option(
        help: ArgumentHelp(
            "Maximum simultaneous connections per server, 1 to 16 (default: 3).", valueName: "n"),
        transform: Self.connections)
    var connectionsPerServer: Int?

    @Flag(help: "One connection per server at a time, at least a second apart.")
    var polite = false

    @Flag(help: "Use IPv4 only.")
    var ipv4Only = false

    @Flag(help: "Use IPv6 only.")
    var ipv6Only = false

    @Option(
        help: ArgumentHelp("The name to send in EHLO instead of this machine's.", valueName: "name"),
        transform: Self.hostName)
    package var helo: String?

    @Option(
        help: ArgumentHelp("Time limit for the whole run, for example 90s or 2m.", valueName: "duration"),
        transform: Duration.init(argument:))
    var deadline: Duration?

    package init() {}

    package func validate() throws {
        if polite && connectionsPerServer != nil {
            throw ValidationError("--polite and --connections-per-server exclude each other. Leave one out.")
        }
        if ipv4Only && ipv6Only {
            throw ValidationError("--ipv4-only and --ipv6-only exclude each other. Leave one out.")
        }
        let unused: IPAddress.Family? = ipv4Only ? .ipv6 : ipv6Only ? .ipv4 : nil
        if let unusable = server.first(where: { $0.address != nil && $0.address?.family == unused })?.address {
            throw ValidationError("--server names \(unusable), which --\(ipv4Only ? "ipv4" : "ipv6")-only leaves out.")
        }
    }

    /// How the run behaves: the defaults, changed by the profiles, changed by the command line.
    package func settings(_ profiles: [Profile], machine: String) throws -> RunSettings {
        var changes = profiles.map(\.run)
        if let helo { for index in changes.indices { changes[index].helo = helo } }
        let standard = RunSettings(helo: Self.publicName(machine))
        var settings: RunSettings
        do throws(Profile.RunConflict) {
            settings = try Profile.RunChanges.merged(changes, over: standard)
        } catch {
            throw UsageError("\(error)")
        }
        settings.helo = helo ?? settings.helo
        settings.deadline = deadline ?? settings.deadline
        settings.connectionsPerServer = polite ? 1 : connectionsPerServer ?? settings.connectionsPerServer
        if polite { settings.spacing = .seconds(1) }
        settings.port = port
        if ipv4Only { settings.families = [.ipv4] }
        if ipv6Only { settings.families = [.ipv6] }
        var known: Set<NamedServer> = []
        settings.servers = server.filter { known.insert($0).inserted }
        return settings
    }

    /// This machine's name if it can be anybody's full name, else nil: then an address literal says more. RFC 5321, section
    /// 4.1.3. Top-level names that only a local network knows: RFC 6761, RFC 6762, RFC 8375 and common practice.
    static func publicName(_ machine: String) -> String? {
        let local = [".localdomain", ".localhost", ".local", ".lan", ".home", ".internal", ".intranet", ".home.arpa"]
        guard let name = try? hostName(machine), !local.contains(where: { name.hasSuffix($0) }) else { return nil }
        return name
    }

    /// The wire that the run needs.
    package var wire: WireRequest {
        var request = WireRequest()
        request.resolver = resolver
        request.trustAnchorFile = trustAnchor
        request.caFile = caFile
        request.allowed = allowAddresses
        return request
    }
}

extension NetworkOptions {
    /// Through what facts are seen, a text to compare: the resolver, and the files of authorities and anchors by what is in them. The
    /// system's own change with every update, and stay the system's.
    package var identity: String {
        get throws {
            let files = [("ca", caFile), ("anchor", trustAnchor)]
            let digests = try files.map { what, path in
                try path.map { "\(what) \(SHA256.hex(try TextFile.contents(of: $0, what: "file of certificates")))" }
                    ?? "\(what) system"
            }
            return (["resolver \(resolver)"] + digests).joined(separator: ", ")
        }
    }

    @Sendable static func resolver(_ text: String) throws -> String {
        guard ResolverSettings.Upstream(text) != nil else {
            throw ValidationError(
                "Use system, recursive or an address such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353.")
        }
        return text
    }

    @Sendable static func server(_ text: String) throws -> NamedServer {
        guard let server = NamedServer(text) else {
            throw ValidationError(
                "Use a full host name, with its address behind a colon where it is not published yet: mx.example.com, "
                    + "mx.example.com:192.0.2.25 or mx.example.com:[2001:db8::25].")
        }
        return server
    }

    @Sendable static func addressBlocks(_ text: String) throws -> [AddressBlock] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            guard let block = AddressBlock(String(part)) else {
                throw ValidationError(
                    "\u{201C}\(part)\u{201D} is not a network. Use CIDR notation, for example 10.0.0.0/8 or fd00::/8.")
            }
            return block
        }
    }

    @Sendable static func port(_ text: String) throws -> Int {
        guard let port = Int(text), (1...65535).contains(port) else {
            throw ValidationError("Use a number from 1 to 65535.")
        }
        return port
    }

    @Sendable static func connections(_ text: String) throws -> Int {
        guard let number = Int(text), (1...16).contains(number) else {
            throw ValidationError("Use a number from 1 to 16.")
        }
        return number
    }

    @Sendable static func hostName(_ text: String) throws -> String {
        guard let name = try? DomainName(input: text), name.isHostName else {
            throw ValidationError("Use a full host name, for example probe.example.com.")
        }
        return name.text
    }
}
