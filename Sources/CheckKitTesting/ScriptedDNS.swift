public import MailModel

/// A DNS of a few names, written down as a zone:
///
///     example.com       MX     10 mx.example.com      ; secure
///     mx.example.com    A      192.0.2.25             ; bogus signature expired
///     www.example.com   CNAME  mx.example.com
///     slow.example.com  A      ! timeout
///     down.example.com  AAAA   ! servfail
///     flaky.example.com A      ! servfail once
///     flaky.example.com A      192.0.2.26
///     odd.example.com   MX     \# 00                  ; malformed data
///     bare.example.com  A      -                      ; bogus no proof
///     text.example.com  TXT    "v=STSv1; " "id=1"     ; secure
///     _25._tcp.mx.example.com TLSA 3 1 1 0123abcd     ; secure
///     example.com       DS     12345 13 2 0123abcd    ; secure
///     example.com       DNSKEY 257 13 0123abcd        ; secure
///     example.com       NSEC3PARAM 1 0 -              ; secure
///     example.com       SOA    ns.example.com         ; secure
///     example.com       CAA    0 issue ca.example.net
///
/// A DNSKEY is written without its protocol, NSEC3PARAM without its flags: hash, iterations, salt.
/// Behind `;` stands the security status, insecure unless said otherwise. `-` is an answer without records. Aliases are
/// followed. A name without a line, and above no other, does not exist. `! hang` never answers.
public struct ScriptedDNS: DNSClient {
    /// One question.
    public struct Question: Hashable, Sendable, CustomStringConvertible {
        /// The name asked for.
        public let name: DomainName
        /// The type asked for.
        public let type: DNSRecordType

        /// The name and the type.
        public var description: String { "\(name) \(type)" }
    }

    /// What is wrong with the zone, one sentence each. Every lookup in such a zone fails on our side, and a `CheckBench` throws
    /// the first.
    public let faults: [String]
    private let entries: [ZoneEntry]
    private let health: ResolverHealth
    private let questions = Locked<[Question]>([])

    /// Reads the form above; blank lines are skipped.
    public init(_ zone: String, health: ResolverHealth = .validates) {
        self.health = health
        var entries: [ZoneEntry] = []
        var faults: [String] = []
        for line in zone.split(separator: "\n") where line.contains(where: { $0 != " " }) {
            do throws(ZoneFault) {
                entries.append(try ZoneEntry(line))
            } catch {
                faults.append(error.sentence)
            }
        }
        self.entries = entries
        self.faults = faults
    }

    /// What was asked, in order.
    public var asked: [Question] { questions.withLock { $0 } }

    /// What the test says.
    public func selfTest() async -> ResolverHealth { health }

    /// The answer of the zone.
    public func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        if let fault = faults.first { throw DNSFailure.local(fault) }
        let question = Question(name: name, type: type)
        let earlier = questions.withLock { questions in
            defer { questions.append(question) }
            return questions.count { $0 == question }
        }
        var owner = name
        var security: [DNSSecurity] = []
        for _ in 0..<8 {
            let here = entries.filter { $0.name == owner }
            let alias = here.first { $0.type == .cname }
            let matching = here.filter { $0.type == type }
            if let failure = matching.compactMap(\.failure).first(where: { !$0.onlyOnce || earlier == 0 }) {
                try await failure.happen()
            }
            security += (matching.isEmpty ? alias.map { [$0] } ?? [] : matching.filter { $0.failure == nil })
                .map(\.security)
            guard matching.isEmpty, case .cname(let target)? = alias?.record else {
                let exists = entries.contains { $0.name == owner || $0.name.text.hasSuffix("." + owner.text) }
                return DNSAnswer(
                    status: exists ? .noError : .nxDomain, security: security.weakest,
                    records: matching.compactMap(\.record), canonicalName: owner == name ? nil : owner)
            }
            owner = target
        }
        throw DNSFailure.serverFailure("SERVFAIL")
    }
}

/// Why a line of a zone cannot be read.
private struct ZoneFault: Error {
    let sentence: String

    init(_ why: String) { sentence = why }
}

/// One line of a zone.
private struct ZoneEntry: Sendable {
    let name: DomainName
    let type: DNSRecordType
    let record: DNSRecord?
    let failure: ScriptedFailure?
    let security: DNSSecurity

    init(_ line: Substring) throws(ZoneFault) {
        let (line, comment) = line.withoutComment
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 3, let type = Self.types[words[1]] else {
            throw ZoneFault("A line of a zone is NAME TYPE DATA, not so “\(line)”.")
        }
        name = DomainName(zoneText: words[0])
        self.type = type
        failure = words[2] == "!" ? try ScriptedFailure(words[3...]) : nil
        if let strings = line.quotedStrings {
            record = .txt(strings)
        } else {
            record = words[2] == "!" || words[2] == "-" ? nil : try Self.record(type, Array(words[2...]))
        }
        security = comment.map(Self.security) ?? .insecure
    }

    private static let types: [String: DNSRecordType] = [
        "A": .a, "AAAA": .aaaa, "MX": .mx, "CNAME": .cname, "PTR": .ptr, "TXT": .txt,
        "TLSA": .tlsa, "DS": .ds, "DNSKEY": .dnskey, "NSEC3PARAM": .nsec3Param, "SOA": .soa,
        "CAA": .caa,
    ]

    private static func record(_ type: DNSRecordType, _ words: [String]) throws(ZoneFault) -> DNSRecord {
        if words[0] == "\\#" { return .other(type: type, data: words.dropFirst().compactMap { UInt8($0, radix: 16) }) }
        switch type {
        case .a, .aaaa:
            guard let address = IPAddress(words[0]) else {
                throw ZoneFault("“\(words[0])” in a zone is no IP address.")
            }
            return .address(address)
        case .mx:
            guard words.count == 2, let preference = UInt16(words[0]) else {
                throw ZoneFault("MX data in a zone are a preference and a name, not “\(words.joined(separator: " "))”.")
            }
            return .mx(preference: preference, exchange: DomainName(zoneText: words[1]))
        case .cname: return .cname(DomainName(zoneText: words[0]))
        case .ptr: return .ptr(DomainName(zoneText: words[0]))
        case .soa: return .other(type: .soa, data: [])
        case .caa:
            guard words.count >= 2, let flags = UInt8(words[0]) else {
                throw ZoneFault(
                    "CAA data in a zone are flags, a tag and a value, not “\(words.joined(separator: " "))”.")
            }
            let value = words.dropFirst(2).joined(separator: " ")
            return .other(type: .caa, data: [flags, UInt8(words[1].utf8.count)] + words[1].utf8 + value.utf8)
        case .tlsa, .ds, .dnskey, .nsec3Param: return try numbers(type, words)
        default: return .txt([Array(words.joined(separator: " ").utf8)])
        }
    }

    /// Types whose data are numbers, and bytes in hexadecimal at the end.
    private static func numbers(_ type: DNSRecordType, _ words: [String]) throws(ZoneFault) -> DNSRecord {
        let numbers = words.dropLast().compactMap { UInt16($0) }
        let last = words.last == "-" ? [] : words.last.flatMap { [UInt8](hexadecimal: $0) }
        guard let bytes = last, numbers.count == words.count - 1,
            numbers.count == (type == .tlsa || type == .ds ? 3 : 2)
        else {
            throw ZoneFault(
                "\(type) data in a zone are numbers, then octets in hexadecimal, not “\(words.joined(separator: " "))”."
            )
        }
        let small = numbers.map { UInt8(truncatingIfNeeded: $0) }
        switch type {
        case .tlsa: return .tlsa(usage: small[0], selector: small[1], matchingType: small[2], data: bytes)
        case .ds: return .ds(keyTag: numbers[0], algorithm: small[1], digestType: small[2], digest: bytes)
        case .dnskey: return .dnskey(flags: numbers[0], algorithm: small[1], key: bytes)
        default: return .nsec3Param(hash: small[0], iterations: numbers[1], salt: bytes)
        }
    }

    private static func security(_ text: Substring) -> DNSSecurity {
        let words = text.split(separator: " ").map(String.init)
        switch words.first {
        case "secure": return .secure
        case "bogus": return .bogus(words.dropFirst().joined(separator: " "))
        case "indeterminate": return .indeterminate(words.dropFirst().joined(separator: " "))
        default: return .insecure
        }
    }
}

/// How a lookup of a zone fails.
private struct ScriptedFailure: Sendable {
    let kind: String
    let onlyOnce: Bool

    init(_ words: ArraySlice<String>) throws(ZoneFault) {
        kind = words.first ?? ""
        onlyOnce = words.last == "once"
        guard ["timeout", "servfail", "hang"].contains(kind) else {
            throw ZoneFault(
                "A lookup of a zone fails with “! timeout”, “! servfail” or “! hang”, not with “! \(kind)”.")
        }
    }

    func happen() async throws -> Never {
        switch kind {
        case "timeout": throw DNSFailure.timedOut
        case "hang":
            while true { try await Task.sleep(for: .seconds(3600)) }
        default: throw DNSFailure.serverFailure("SERVFAIL")
        }
    }
}

extension Substring {
    /// The line up to a semicolon outside quotation marks, and what stands behind it.
    fileprivate var withoutComment: (line: Substring, comment: Substring?) {
        var isQuoted = false
        for index in indices {
            if self[index] == "\"" { isQuoted.toggle() }
            if self[index] == ";", !isQuoted { return (self[..<index], self[self.index(after: index)...]) }
        }
        return (self, nil)
    }

    /// What stands in quotation marks; nil when there are none.
    fileprivate var quotedStrings: [[UInt8]]? {
        let parts = split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count < 3 ? nil : stride(from: 1, to: parts.count, by: 2).map { Array(parts[$0].utf8) }
    }
}

extension DomainName {
    fileprivate init(zoneText text: String) {
        self.init(labels: text.split(separator: ".").map { Array($0.utf8) })
    }
}

extension [DNSSecurity] {
    /// A chain of answers is as good as its weakest link.
    fileprivate var weakest: DNSSecurity {
        for case .bogus(let reason) in self { return .bogus(reason) }
        for case .indeterminate(let reason) in self { return .indeterminate(reason) }
        return !isEmpty && allSatisfy { $0 == .secure } ? .secure : .insecure
    }
}
