internal import CheckKit
internal import MailModel

extension DomainSummary {
    /// What the domain publishes, as JSON. What nobody looked up is null.
    var jsonValue: JSONValue {
        .object([
            "mx": exchange.map(\.jsonValue) ?? .null,
            "zones": .array(zones.map(\.jsonValue)),
            "zonesUnknown": .object(unknownZones.mapValues { .string($0) }),
            "mtaSTS": mtaSTS.map(\.jsonValue) ?? .null,
            "tlsa": .array(tlsa.map(\.jsonValue)),
            "tlsRPT": tlsRPT.map(\.jsonValue) ?? .null,
        ])
    }
}

extension DomainSummary.Security {
    fileprivate var jsonValue: JSONValue { .object(["state": .string(state.rawValue), "why": .of(why)]) }
}

extension DomainSummary.MailExchange {
    fileprivate var jsonValue: JSONValue {
        .object([
            "kind": .string(kind.rawValue), "why": .of(why), "dnssec": security.jsonValue,
            "hosts": .array(
                hosts.map { host in
                    .object([
                        "host": .string(host.name.text), "preference": .of(host.preference.map { Int($0) }),
                        "addresses": .array(host.addresses.map { .string($0.description) }), "why": .of(host.why),
                    ])
                }),
        ])
    }
}

extension DomainSummary.Zone {
    fileprivate var jsonValue: JSONValue {
        .object([
            "zone": .string(name.text), "dnssec": security.jsonValue,
            "algorithms": .array(algorithms.map { .string($0) }),
        ])
    }
}

extension DomainSummary.MTASTS {
    fileprivate var jsonValue: JSONValue {
        .object([
            "record": .string(record.rawValue), "why": .of(why), "id": .of(id),
            "policy": policy.map(\.jsonValue) ?? .null, "whyNoPolicy": .of(whyNoPolicy),
        ])
    }
}

extension DomainSummary.MTASTS.Policy {
    fileprivate var jsonValue: JSONValue {
        .object([
            "mode": .string(mode), "maxAge": .integer(maxAge),
            "patterns": .array(
                patterns.map { pattern in
                    .object([
                        "pattern": .string(pattern.text), "covers": .array(pattern.hosts.map { .string($0.text) }),
                    ])
                }),
            "uncovered": .array(uncovered.map { .string($0.text) }),
        ])
    }
}

extension DomainSummary.TLSA {
    fileprivate var jsonValue: JSONValue {
        .object([
            "host": .string(host.text), "name": .string(name.text), "dnssec": security.jsonValue, "why": .of(why),
            "records": .array(
                records.map { record in
                    .object([
                        "record": .string(record.record.description), "fault": .of(record.fault),
                        "matches": record.matches.map { .bool($0) } ?? .null,
                    ])
                }),
            "keys": .array(
                keys.map { key in
                    .object([
                        "key": .string(key.kind), "sha256": .string(key.sha256),
                        "addresses": .array(key.addresses.map { .string($0.description) }),
                        "matchedBy": key.matchedBy.map { places in
                            .array(places.map { .string(records[$0].record.description) })
                        } ?? .null,
                    ])
                }),
        ])
    }
}

extension DomainSummary.TLSRPT {
    fileprivate var jsonValue: JSONValue {
        .object([
            "record": .string(record.rawValue), "why": .of(why),
            "destinations": .array(destinations.map { .string($0) }),
        ])
    }
}
