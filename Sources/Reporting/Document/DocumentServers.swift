internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import Observations

extension Report {
    /// The servers side by side.
    func addServers(to document: inout Document) {
        guard !servers.isEmpty else { return }
        document.section("Servers")
        document.blocks.append(.table(overview))
    }

    /// What was seen of each server, in full.
    func addServerDetails(to document: inout Document, isVerbose: Bool) {
        guard !servers.isEmpty else { return }
        document.section("Each server")
        for server in servers {
            let preference = server.preference.map { "  (MX \($0))" } ?? "  (implicit MX)"
            let address = server.address.map { " [\($0)]" } ?? ""
            document.heading(
                .item, [Span(server.host.description + address, .strong), Span(preference, .muted)])
            document.rows(.facts, lines(of: server) + (isVerbose ? chain(of: server) : []))
        }
    }

    /// The servers side by side, what matters most first. Addresses tell apart what is one host; else the host's name is enough.
    private var overview: Document.Table {
        let hasAddresses = Set(servers.map(\.host)).count < servers.count
        return Document.Table(
            caption: "The servers side by side",
            columns: ["server"] + (hasAddresses ? ["address"] : [])
                + ["TLS", "certificate", "relaying", "reverse DNS", "valid until"],
            rows: servers.map { server in
                // The number by which the matrix of deliveries knows it.
                let index = delivery.servers.count > 1 ? delivery.servers.firstIndex { $0.server.id == server.id } : nil
                let number = index.map { "\($0 + 1). " } ?? ""
                let address = server.address.map { Span($0.description) } ?? "\u{2013}"
                let greets = server.greeting.value != nil
                return [Span(number + server.host.description)] + (hasAddresses ? [address] : []) + [
                    greets
                        ? inShort(server) : Span(server.address == nil ? "no address" : "no answer", .doubtful),
                    verdict(server),
                    relay(server).map { Span(server.relay.outcome?.relaying ?? "", $0.role) } ?? "\u{2013}",
                    reverse(server),
                    Span(server.certificate?.notAfter.day ?? "\u{2013}"),
                ]
            })
    }

    /// The oldest and the newest version that is spoken; where that was not asked, the one that was.
    private func inShort(_ server: ServerSummary) -> Span {
        guard let handshake = server.session.value else {
            return server.session.absence?.certainty == .inconclusive
                ? Span("undetermined", .doubtful) : Span("none", .bad)
        }
        let spoken = (server.versions.value?.versions(.supported) ?? []) + [handshake.version]
        let (oldest, newest) = (spoken.min() ?? handshake.version, spoken.max() ?? handshake.version)
        let words = oldest == newest ? "\(newest)" : "\(oldest)\u{2013}\(newest.description.dropFirst(4))"
        return Span(words, oldest >= .tls12 ? .plain : .doubtful)
    }

    private func verdict(_ server: ServerSummary) -> Span {
        guard server.certificate != nil else { return "\u{2013}" }
        switch server.certificateVerifies {
        case true?: return Span("valid", .good)
        case false?: return Span("not valid", .bad)
        case nil: return Span("not judged", .muted)
        }
    }

    private func reverse(_ server: ServerSummary) -> Span {
        guard case .present(let names) = server.ptr else {
            return server.ptr.absence == .unplanned || server.address == nil
                ? "\u{2013}" : Span("undetermined", .doubtful)
        }
        if !names.confirmed.isEmpty { return Span("confirmed") }
        return names.names.isEmpty ? Span("none", .bad) : Span("not confirmed", .doubtful)
    }

    /// Every certificate that the server sends, the leaf first.
    private func chain(of server: ServerSummary) -> [Document.Row] {
        (server.session.value?.chain ?? []).enumerated().map { index, certificate in
            let dates = "\(certificate.notBefore.day) to \(certificate.notAfter.day)"
            let name = certificate.subject.isEmpty ? certificate.dnsNames.joined(separator: " ") : certificate.subject
            let digest = certificate.key.sha256.isEmpty ? "" : "; SHA-256 of the key \(certificate.key.sha256)"
            let rest =
                "; issued by \(certificate.issuer.truncated(to: 100)); \(dates); \(certificate.key.kind), "
                + "\(certificate.signatureAlgorithm)\(digest)"
            return row("chain \(index + 1)", [Span(name.truncated(to: 120)), Span(rest, .muted)])
        }
    }

    private func lines(of server: ServerSummary) -> [Document.Row] {
        guard server.address != nil else { return [row("address", [absence(server.greeting)])] }
        var rows = [row("greeting", [greeting(server)])]
        guard server.greeting.value != nil else { return rows }
        rows.append(row("TLS", [session(server)]))
        if let versions = versions(server.versions) { rows.append(row("versions", [versions])) }
        if let certificate = server.certificate { rows.append(row("certificate", describe(certificate, of: server))) }
        if let ptr = ptr(server) { rows.append(row("PTR", [ptr])) }
        if let relay = relay(server) { rows.append(row("relay", [relay])) }
        rows += suites(server.suites)
        rows.append(row("connections", ["\(server.connections)"]))
        return rows
    }

    private func greeting(_ server: ServerSummary) -> Span {
        server.greeting.value.map { Span($0.firstLine.truncated(to: 160), $0.isPositive ? .plain : .bad) }
            ?? absence(server.greeting)
    }

    private func session(_ server: ServerSummary) -> Span {
        guard let session = server.session.value else { return absence(server.session) }
        return Span(
            "\(session.version), \(session.suite)\(session.group.map { ", \($0)" } ?? "")",
            session.version >= .tls12 ? .plain : .doubtful)
    }

    private func describe(_ certificate: Certificate, of server: ServerSummary) -> [Span] {
        let names = certificate.dnsNames.isEmpty ? certificate.subject : certificate.dnsNames.joined(separator: " ")
        let facts =
            "\(names.truncated(to: 120)); issued by \(certificate.issuer.truncated(to: 100)); "
            + "\(certificate.notBefore.day) to \(certificate.notAfter.day); "
        guard !server.certificateProblems.isEmpty else {
            return [Span(facts), server.certificateVerifies == true ? Span("valid", .good) : "not judged"]
        }
        let role = server.certificateVerifies == true ? Span.Role.doubtful : .bad
        return [Span(facts)]
            + server.certificateProblems.enumerated().flatMap { index, code in
                [Span(index == 0 ? "" : ", ", role), Span(code, role, target: code)]
            }
    }

    private func relay(_ server: ServerSummary) -> Span? {
        switch server.relay.outcome {
        case .passed, .clean: Span("refused")
        case .noted, .failed: Span("OPEN: relays for strangers", .bad)
        case .inconclusive, .blocked, .notApplicable:
            Span("could not be determined: \(server.relay.text ?? "")", .doubtful)
        case nil: nil
        }
    }

    private func versions(_ observed: Observed<TLSVersions>) -> Span? {
        switch observed {
        case .present(let versions):
            let phrases = [
                phrase("", versions.versions(.supported)), phrase("not ", versions.versions(.refused)),
                phrase("could not be determined: ", versions.versions(.inconclusive)),
            ]
            return Span(phrases.compactMap { $0 }.joined(separator: "; "))
        case .absent(.unplanned), .absent(.notApplicable), .absent(.blocked): return nil
        case .absent(let why): return Span("could not be determined: \(why.root)", .doubtful)
        }
    }

    /// A line for each version with its suites, and what came of versions that are not whole.
    private func suites(_ observed: Observed<TLSSuites>) -> [Document.Row] {
        guard let found = observed.value else { return [] }
        var rows = found.versions.filter { !$0.suites.isEmpty }.reversed().map { version in
            let order =
                switch version.chooser {
                case .server?: ", the server\u{2019}s order counts"
                case .client?: ", the sender\u{2019}s order counts"
                case nil: ""
                }
            let groups = version.groups.isEmpty ? "" : "; groups \(version.groups.joined(separator: ", "))"
            let suites = version.suites.count == 1 ? "1 suite" : "\(version.suites.count) suites"
            return Document.Row(
                name: Span("\(version.version)", .muted), spans: [Span("\(suites)\(order)")],
                detail: [Span("\(version.suites.joined(separator: ", "))\(groups)")])
        }
        if let doubt = found.doubt { rows.append(row("suites", [Span("incomplete: \(doubt)", .doubtful)])) }
        return rows
    }

    private func row(_ name: String, _ spans: [Span]) -> Document.Row {
        Document.Row(name: Span(name, .muted), spans: spans)
    }

    private func phrase(_ words: String, _ versions: [TLSVersion]) -> String? {
        versions.isEmpty ? nil : words + versions.map(\.description).joined(separator: ", ")
    }

    private func ptr(_ server: ServerSummary) -> Span? {
        switch server.ptr {
        case .present(let names):
            if let name = names.confirmed.first { return Span("\(name.name), resolves back to the address") }
            guard let name = names.names.first else { return Span("none", .bad) }
            guard server.ptrCheck.outcome == .failed else { return Span("\(name.name), not confirmed", .doubtful) }
            return Span("\(name.name), does not resolve back to the address", .bad)
        case .absent(.unplanned): return nil
        case .absent(let why): return Span("could not be determined: \(why.root)", .doubtful)
        }
    }

    private func absence<Value>(_ observed: Observed<Value>) -> Span {
        Span(observed.absence.map { $0.root.description } ?? "", .doubtful)
    }
}
