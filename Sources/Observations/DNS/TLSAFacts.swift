// DANE (RFC 6698, 7671, for SMTP 7672) lets a domain say in the DNS which certificate a mail server has. DNSSEC signs it,
// so no CA is needed, and nobody on the way can take encryption out:
//
//     example.com.              MX    10 mx.example.com.       must be signed, or mail can be sent elsewhere
//     mx.example.com.           A     192.0.2.25               must be signed; its name is the TLSA base domain
//     _25._tcp.mx.example.com.  TLSA  3 1 1 0123…              3 the server's own key (DANE-EE), 2 a CA's (DANE-TA)
//                                     │ │ └ 1 SHA-256, 2 SHA-512, 0 in full
//                                     │ └── 1 the public key, 0 the whole certificate
//                                     └──── 0 and 1 lean on public CAs and are not usable on port 25
//
// Secure TLSA records promise STARTTLS and a certificate that matches: senders that do DANE deliver so or not at all. A
// lookup that fails is no absence, mail waits. Records in a zone that is not signed mean nothing.
public import CheckKit
public import MailModel

/// What the DNS says of a host's TLSA records. Absent when a lookup failed: that delays mail, and tells nothing.
public struct TLSARecords: HostFact, Hashable {
    /// `dane.tlsa`.
    public static let id: FactID = "dane.tlsa"

    /// What was asked for, in the order of RFC 7672, section 2.2.2; the last lookup is the one that counts. Empty where
    /// the host's addresses are not secure, for then senders do not ask.
    public var lookups: [TLSALookup]
    /// Records that were found although senders do not ask for them.
    public var ignored: TLSALookup?
    /// The domain under test, in evidence of the time when it stood here; today `MXRecords` has it, and a host knows none.
    package private(set) var formerDomain: DomainName?

    private enum CodingKeys: String, CodingKey {
        case lookups, ignored
        case formerDomain = "domain"
    }

    /// Lookups in their order.
    public init(_ lookups: [TLSALookup], ignored: TLSALookup? = nil) {
        self.lookups = lookups
        self.ignored = ignored
    }

    /// The secure records that senders go by; nil where there are none.
    public var effective: TLSALookup? { lookups.last { $0.security == .secure && $0.hasRecords } }

    /// The lookup that does not validate, with the reason; senders deliver nothing then. RFC 7672, section 2.1.2.
    public var bogus: (lookup: TLSALookup, reason: String)? {
        guard let last = lookups.last, case .bogus(let reason) = last.security else { return nil }
        return (last, reason)
    }

    /// Records that are published and mean nothing, because something they rely on is not signed. RFC 6698, section 4.1.
    public var withoutDNSSEC: TLSALookup? {
        ignored ?? lookups.first { $0.security == .insecure && $0.hasRecords }
    }
}

/// One lookup of TLSA records.
public struct TLSALookup: Hashable, Sendable, Codable {
    /// The TLSA base domain: the name that the certificate of a trust anchor's server must have, and the SNI.
    public var base: DomainName
    /// The name asked for, for example `_25._tcp.mx.example.com`.
    public var name: DomainName
    /// What our validator says.
    public var security: DNSSecurity
    /// The records; of a bogus answer what came along.
    public var records: [TLSARecord]
    /// How many records more there are that are too short to be one.
    public var malformed: Int
    /// The time to live, in seconds, as far as it is left.
    public var ttl: Int
    /// When the signature over the records holds, where that is known.
    public var signature: SignatureTimes?

    /// A lookup.
    public init(
        base: DomainName, name: DomainName, security: DNSSecurity = .secure, _ records: [TLSARecord],
        malformed: Int = 0, ttl: Int = 3600, signature: SignatureTimes? = nil
    ) {
        self.base = base
        self.name = name
        self.security = security
        self.records = records
        self.malformed = malformed
        self.ttl = ttl
        self.signature = signature
    }

    /// Whether anything is published.
    public var hasRecords: Bool { !records.isEmpty || malformed > 0 }

    /// The records that a sender can use.
    public var usable: [TLSARecord] { records.filter { $0.fault == nil } }
}

/// How the certificates of a server compare with the TLSA records of its host.
public struct TLSAMatches: ServerFact, Hashable {
    /// `dane.matches`.
    public static let id: FactID = "dane.matches"

    /// What the server showed, first to a sender that offers everything, with every other chain that such a sender got;
    /// then, where it has a certificate with another kind of key, to one that takes only that kind. RFC 7671, section 8.
    public var chains: [ComparedChain]
    /// Why it is not known whether there is a certificate with another kind of key; nil where it is.
    public var otherKeyUnknown: String?
    /// Why it cannot be told whether a sender that offers everything gets yet another chain: one sentence, nil where it can.
    public var doubt: String?

    /// Chains, each compared.
    public init(_ chains: [ComparedChain], otherKeyUnknown: String? = nil, doubt: String? = nil) {
        self.chains = chains
        self.otherKeyUnknown = otherKeyUnknown
        self.doubt = doubt
    }
}

/// One chain that a server showed, compared with TLSA records.
public struct ComparedChain: Hashable, Sendable, Codable {
    /// The name that was sent as SNI: the TLSA base domain. RFC 7672, section 8.1.
    public var serverName: DomainName
    /// The kind of key that was asked for; nil when every kind was welcome.
    public var key: TLSOffer.Key?
    /// The certificates, the leaf first.
    public var certificates: [Certificate]
    /// The usable records, each compared, in the order of the lookup.
    public var matches: [TLSAMatch]

    /// A chain with its comparison.
    public init(
        serverName: DomainName, key: TLSOffer.Key? = nil, certificates: [Certificate], matches: [TLSAMatch]
    ) {
        self.serverName = serverName
        self.key = key
        self.certificates = certificates
        self.matches = matches
    }
}

extension Absence {
    /// Whether handshakes fail for certain: by an alert, or each time.
    package var saysHandshakeFails: Bool {
        switch self {
        case .failed(.handshake(_, alert: .some)), .failed(.repeated(.handshake, _)): true
        default: false
        }
    }
}
