internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import Observations

extension ServerSummary {
    /// The server as JSON. What is absent is null, and `absent` says why.
    var jsonValue: JSONValue {
        let enumerated: JSONValue = suites.value.map(\.jsonValue) ?? .null
        return .object([
            "host": .string(host.text),
            "address": .of(address?.description),
            "preference": .of(preference.map { Int($0) }),
            "greeting": greeting.value.map {
                .object(["code": .integer($0.code), "text": .string($0.lines.joined(separator: "\n"))])
            } ?? .null,
            "tls": session.value.map(\.jsonValue) ?? .null,
            "certificate": certificate.map { $0.jsonValue(verifies: certificateVerifies, certificateProblems) }
                ?? .null,
            "chain": .array(
                (session.value?.chain ?? []).map { certificate in
                    .object([
                        "subject": .string(certificate.subject), "issuer": .string(certificate.issuer),
                        "notBefore": .string(certificate.notBefore.timestamp),
                        "notAfter": .string(certificate.notAfter.timestamp), "key": .string(certificate.key.kind),
                        "keySHA256": .string(certificate.key.sha256),
                        "signatureAlgorithm": .string(certificate.signatureAlgorithm),
                    ])
                }),
            "versions": versions.value.map(\.jsonValue) ?? .null,
            "suites": enumerated,
            "ptr": ptr.value.map(\.jsonValue) ?? .null,
            "relay": .of(relay.outcome?.relaying),
            "connections": .integer(connections),
            "absent": .object(absences.mapValues { .string($0) }),
        ])
    }

    private var absences: [String: String] {
        var reasons: [String: String] = [:]
        reasons["greeting"] = greeting.absence?.description
        reasons["tls"] = session.absence?.description
        reasons["versions"] = versions.absence?.description
        reasons["ptr"] = ptr.absence?.description
        return reasons
    }
}

extension OutcomeWord {
    /// What a check about relaying says of a server, in a word.
    var relaying: String {
        switch self {
        case .passed, .clean: "closed"
        case .noted, .failed: "open"
        case .notApplicable, .blocked, .inconclusive: "unknown"
        }
    }
}

extension TLSHandshake {
    fileprivate var jsonValue: JSONValue {
        .object([
            "version": .string(version.rawValue),
            "suite": .string(suite),
            "group": .of(group),
            "peerSignature": .of(peerSignature),
        ])
    }
}

extension TLSVersions {
    /// Each version that was tried, with its answer.
    fileprivate var jsonValue: JSONValue {
        .object(
            Dictionary(answers.map { ($0.version.rawValue, .string($0.kind.rawValue)) }) { first, _ in first })
    }
}

extension TLSSuites {
    /// Each version that was enumerated; suites in the server's order where `order` says so.
    fileprivate var jsonValue: JSONValue {
        .object([
            "versions": .array(versions.map(\.jsonValue)), "connections": .integer(connections), "missing": .of(doubt),
        ])
    }
}

extension TLSVersionSuites {
    fileprivate var jsonValue: JSONValue {
        .object([
            "version": .string(version.rawValue), "suites": .array(suites.map { .string($0) }),
            "order": .of(chooser?.rawValue), "groups": .array(groups.map { .string($0) }),
            "primes": .array(
                primes.compactMap { prime in
                    if case .finiteField(let bits, _, _) = prime { .integer(bits) } else { nil }
                }),
        ])
    }
}

extension Certificate.PublicKey {
    /// Algorithm and curve or size: `EC prime256v1`.
    var kind: String { curve.map { "\(algorithm) \($0)" } ?? "\(algorithm) \(bits)" }
}

extension PTRNames {
    fileprivate var jsonValue: JSONValue {
        .object([
            "names": .array(names.map { .string($0.name.text) }),
            "confirmed": .array(confirmed.map { .string($0.name.text) }),
        ])
    }
}

extension Certificate {
    fileprivate func jsonValue(verifies: Bool?, _ problems: [String]) -> JSONValue {
        .object([
            "subject": .string(subject),
            "issuer": .string(issuer),
            "serial": .string(serial),
            "dnsNames": .array(dnsNames.map { .string($0) }),
            "notBefore": .string(notBefore.timestamp),
            "notAfter": .string(notAfter.timestamp),
            "key": .string(key.kind),
            "signatureAlgorithm": .string(signatureAlgorithm),
            "verifies": verifies.map { .bool($0) } ?? .null,
            "problems": .array(problems.map { .string($0) }),
        ])
    }
}
