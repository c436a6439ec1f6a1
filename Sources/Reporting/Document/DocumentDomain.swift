internal import CheckKit
internal import MailModel

extension Report {
    /// What the domain publishes: where its mail goes, how far that is signed, and what senders are told to insist on.
    func addPublished(to document: inout Document, isVerbose: Bool) {
        let rows =
            published.exchangeRows + published.signingRows + published.policyRows + published.tlsaRows
            + published.reportRows
        guard !rows.isEmpty else { return }
        document.section("What the domain publishes")
        document.rows(.facts, rows.map { Document.Row(name: Span($0.name, .muted), spans: $0.spans) })
        let records = isVerbose ? published.recordsOfLiveKeys : []
        guard !records.isEmpty else { return }
        document.paragraph([Span("The keys that are in use, as TLSA records:", .muted)])
        document.blocks.append(.snippet(lines: records))
    }
}

extension DomainSummary {
    fileprivate typealias Line = (name: String, spans: [Span])

    fileprivate var exchangeRows: [Line] {
        guard let exchange else { return [] }
        let why = exchange.why.map { [Span("; \($0)", .doubtful)] } ?? []
        switch exchange.kind {
        case .unknown: return [("MX", [Span("could not be determined: \(exchange.why ?? "not known")", .doubtful)])]
        case .none: return [("MX", [Span("none: \(exchange.why ?? "neither an MX record nor an address")", .doubtful)])]
        case .null: return [("MX", [Span("null MX: the domain accepts no mail")] + why)]
        case .implicit, .listed:
            return exchange.hosts.enumerated().map { index, host in
                let name = host.preference.map { "\($0) \(host.name)" } ?? "none, so \(host.name) itself (implicit MX)"
                let addresses = host.addresses.map(\.description).joined(separator: ", ")
                return (
                    "MX",
                    [Span(name), Span(addresses.isEmpty ? "" : ": \(addresses)", .muted)]
                        + (host.why.map { [Span("; \($0)", .doubtful)] } ?? []) + (index == 0 ? why : [])
                )
            }
        }
    }

    fileprivate var signingRows: [Line] {
        var spans = zones.flatMap { zone -> [Span] in
            let algorithms = zone.algorithms.isEmpty ? "" : " (\(zone.algorithms.joined(separator: ", ")))"
            return [Span("\(zone.name) "), zone.security.span, Span("\(algorithms); ", .muted)]
        }
        if let exchange, exchange.kind != .unknown {
            spans += [Span("the MX lookup "), exchange.security.span]
        }
        // Where nothing is known for one and the same reason, it is said once.
        if zones.isEmpty, let security = exchange?.security, security.state == .unknown {
            spans = security.why.map { [Span("could not be determined: \($0)", .doubtful)] } ?? []
        }
        return spans.isEmpty ? [] : [("DNSSEC", spans)]
    }

    fileprivate var policyRows: [Line] {
        guard let mtaSTS else { return [] }
        var spans: [Span] =
            switch mtaSTS.record {
            case .absent: [Span("no record", mtaSTS.policy == nil ? .plain : .doubtful)]
            case .invalid: [Span("the record does not count: \(mtaSTS.why ?? "")", .bad)]
            case .unknown: [Span("the record could not be determined: \(mtaSTS.why ?? "")", .doubtful)]
            case .valid: [Span("id \(mtaSTS.id ?? "")")]
            }
        guard let policy = mtaSTS.policy else {
            if mtaSTS.record != .absent, let why = mtaSTS.whyNoPolicy {
                spans.append(Span("; no policy: \(why)", .bad))
            }
            return [("MTA-STS", spans)]
        }
        spans += [
            Span("; mode "), Span(policy.mode, policy.mode == "enforce" ? .good : .doubtful),
            Span("; max_age \(policy.maxAge) s\(policy.days)"),
        ]
        let patterns = policy.patterns.map { pattern -> Line in
            let hosts = pattern.hosts.map(\.description).joined(separator: ", ")
            let covers = hosts == pattern.text ? "" : hosts.isEmpty ? " covers no MX host" : " covers \(hosts)"
            return ("MTA-STS", [Span("mx: \(pattern.text)"), Span(covers, .muted)])
        }
        let uncovered = policy.uncovered.map(\.description).joined(separator: ", ")
        let gap: [Line] = uncovered.isEmpty ? [] : [("MTA-STS", [Span("no pattern covers \(uncovered)", .bad)])]
        return [("MTA-STS", spans)] + (policy.mode == "none" ? [] : patterns + gap)
    }

    fileprivate var tlsaRows: [Line] {
        guard !tlsa.isEmpty else { return [] }
        // Hosts without records are one line.
        let missing = tlsa.filter { $0.records.isEmpty && $0.why == nil && $0.security.state != .bogus }
        guard missing.count < tlsa.count else { return [("TLSA", [Span("none")])] }
        let lines = tlsa.flatMap { host -> [Line] in
            if let why = host.why { return [("TLSA", [Span("\(host.host): "), Span(why, .doubtful)])] }
            guard host.security.state != .bogus else {
                return [("TLSA", [Span("\(host.name): "), host.security.span])]
            }
            return host.records.enumerated().map { index, record in
                ("TLSA", [Span("\(host.name): \(record.record.shortDescription) ")] + host.fate(of: index, record))
            }
                + host.keys.filter { $0.matchedBy?.isEmpty == true }.map { key in
                    ("TLSA", [Span("\(host.name): "), Span("no record matches \(key.words)", .bad)])
                }
        }
        let without = missing.map(\.host.description).joined(separator: ", ")
        return lines + (missing.isEmpty ? [] : [("TLSA", [Span("\(without): none")])])
    }

    fileprivate var reportRows: [Line] {
        guard let tlsRPT else { return [] }
        switch tlsRPT.record {
        case .absent: return [("TLS-RPT", [Span("no record")])]
        case .invalid: return [("TLS-RPT", [Span("the record does not count: \(tlsRPT.why ?? "")", .bad)])]
        case .unknown: return [("TLS-RPT", [Span("could not be determined: \(tlsRPT.why ?? "")", .doubtful)])]
        case .valid: return [("TLS-RPT", [Span(tlsRPT.destinations.joined(separator: ", "))])]
        }
    }

    /// A record `3 1 1` for each key that a server shows, in the form of a zone file, each once.
    fileprivate var recordsOfLiveKeys: [String] {
        tlsa.flatMap { host in
            host.keys.filter { !$0.sha256.isEmpty }.map { "\(host.name). IN TLSA 3 1 1 \($0.sha256)" }
        }
        .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension DomainSummary.Security {
    fileprivate var span: Span {
        switch state {
        case .secure: Span("is signed", .good)
        case .insecure: Span("is not signed", .muted)
        case .bogus: Span("does not validate: \(why ?? "")", .bad)
        case .unknown: Span("could not be determined\(why.map { ": \($0)" } ?? "")", .doubtful)
        }
    }
}

extension DomainSummary.MTASTS.Policy {
    /// The time in days, where it is at least one.
    fileprivate var days: String {
        let days = maxAge / 86_400
        return days == 0 ? "" : days == 1 ? " (1 day)" : " (\(days) days)"
    }
}

extension DomainSummary.TLSA {
    /// What becomes of a record: which keys it matches, or why it does not count.
    fileprivate func fate(of index: Int, _ record: Record) -> [Span] {
        if security.state == .insecure { return [Span("counts for nothing, as it is not signed", .doubtful)] }
        if let fault = record.fault { return [Span(fault, .doubtful)] }
        guard let matches = record.matches else { return [Span("not compared", .muted)] }
        guard matches else { return [Span("matches nothing that is served", .doubtful)] }
        let matched = keys.filter { $0.matchedBy?.contains(index) == true }.map(\.words)
        return [Span("matches ", .good), Span(matched.joined(separator: " and "))]
    }
}

extension DomainSummary.TLSA.Key {
    /// The key and where it is: `EC prime256v1 at 192.0.2.1`.
    fileprivate var words: String {
        let digest = sha256.isEmpty ? "" : " \(sha256.prefix(12))\u{2026}"
        return "\(kind)\(digest) at \(addresses.map(\.description).joined(separator: ", "))"
    }
}
