// One ClientHello asks several questions at once, and its answer settles several facts: which versions a server speaks,
// which classes of cipher suites and groups it accepts. So they are learnt together, in one survey of the address, and the
// facts that checks ask for are derived from it.
//
//     C: ClientHello, up to TLS 1.1, all suites      S: alert protocol_version: SSL 3.0, TLS 1.0 and 1.1 in one connection
//     C: ClientHello, up to TLS 1.2, weak suites     S: ServerHello, TLS 1.2, an anonymous suite: that version, that class
//     C: the same without anonymous suites           S: alert handshake_failure: none of the other classes
//
// What the session of the conversation has shown is not asked again. The least possible for a server with nothing weak is
// one connection each for SSL 2.0, for what is older than TLS 1.2, for weak suites, for groups up to TLS 1.2 and for
// post-quantum groups; each class or old version that is accepted costs one more, since an answer names one choice only.
public import CheckKit
public import MailModel

/// What the hellos of one survey have told of an address.
public struct TLSSurvey: AddressFact, DraftFact, Hashable {
    /// `tls.survey`.
    public static let id: FactID = "tls.survey"

    /// The MX host that was sent as SNI.
    public var host: DomainName
    /// The versions; nil where no check of the plan asked.
    public var versions: TLSVersions?
    /// The classes of suites and groups; nil where no check of the plan asked.
    public var classes: TLSClasses?
    /// Whether a ClientHello of the size that post-quantum key shares need was dropped, although a small one was
    /// answered; nil where it is not known.
    public var dropsLargeHello: Bool?
    /// How often these connections were offered STARTTLS; nil where nobody counted.
    public var startTLS: STARTTLSTries?
    /// What became of the hellos; nil where nobody counted.
    public var hellos: HelloTally?
    /// The leaf certificates that hellos up to TLS 1.2 were answered with, each with its kind of key; nil where nobody noted
    /// them.
    public var leaves: Set<SeenLeaf>?
    /// The keys that the server made for the key exchange, each with the number of answers that had it: SHA-256 in hexadecimal;
    /// nil where nobody noted them.
    public var keyShares: [String: Int]?
    /// How connections fared that another one did not confirm, each kind once; nil where none did.
    public var sightings: Set<Sighting>?
    /// How many connections it took, beside the conversation's.
    public var connections = 0

    /// Nothing known yet of what is asked for.
    public init(host: DomainName, versions: TLSVersions? = nil, classes: TLSClasses? = nil) {
        self.host = host
        self.versions = versions
        self.classes = classes
        startTLS = STARTTLSTries()
    }

    /// What was not reached cannot be told.
    public mutating func end(_ why: Absence) {
        versions?.end(why)
        classes?.end(why)
    }

    /// Keeps how a connection fared.
    package mutating func note(_ sighting: Sighting) { sightings = (sightings ?? []).union([sighting]) }

    /// The certificates that were shown for the SNI of a handshake beside its own, with the same kind of key: SHA-256 in hexadecimal.
    package func leaves(besides known: TLSHandshake) -> Set<String> {
        guard let leaf = known.chain.first, known.serverName == host else { return [] }
        let kind: TLSOffer.Key = leaf.key.algorithm.hasPrefix("RSA") ? .rsa : .ecdsa
        return Set((leaves ?? []).filter { $0.key == kind }.map(\.sha256)).subtracting([SHA256.hex(leaf.der)])
    }

    /// Whether some question got no answer that tells.
    public var leavesOpen: Bool {
        versions?.answers.contains { $0.kind == .inconclusive } == true
            || classes?.answers.contains { $0.kind == .inconclusive } == true
    }
}

/// A leaf certificate that was shown to a hello.
public struct SeenLeaf: Hashable, Sendable, Codable {
    /// SHA-256 of the certificate, hexadecimal.
    public var sha256: String
    /// The kind of key that the chosen suite wants.
    public var key: TLSOffer.Key

    /// A certificate, DER, shown for a suite; nil where the suite wants none, or one of another kind.
    package init?(_ der: [UInt8]?, for suite: UInt16) {
        guard let der else { return nil }
        switch CipherSuite.with(code: suite)?.authentication {
        case .rsa: key = .rsa
        case .ecdsa: key = .ecdsa
        default: return nil
        }
        sha256 = SHA256.hex(der)
    }
}

/// What became of all hellos of a survey together: whether the server does TLS at all, whatever the session came to.
public struct HelloTally: Hashable, Sendable, Codable {
    /// How many were answered with TLS, be it an alert.
    public var answered: Int
    /// How many the server hung up on.
    public var hungUp: Int
    /// How many it took and never answered.
    public var unanswered: Int
    /// How many it answered with something else than TLS.
    public var unreadable: Int
    /// The cipher suites that it chose, by their IANA names, in the order of their numbers.
    public var suites: [String]
    /// Whether some hellos were hung up on, and the same ones answered later; nil where that was not looked for.
    public var hangsUpByChance: Bool?
    /// Whether some hellos were refused, in whatever way, and the same ones answered at another time; nil where that was not looked
    /// for.
    public var refusesByChance: Bool?

    /// So many of each.
    public init(
        answered: Int = 0, hungUp: Int = 0, unanswered: Int = 0, unreadable: Int = 0, suites: [String] = [],
        hangsUpByChance: Bool? = nil, refusesByChance: Bool? = nil
    ) {
        self.answered = answered
        self.hungUp = hungUp
        self.unanswered = unanswered
        self.unreadable = unreadable
        self.suites = suites
        self.hangsUpByChance = hangsUpByChance
        self.refusesByChance = refusesByChance
    }

    /// Whether the server keeps silent on every hello.
    package var isStalled: Bool { answered + hungUp + unreadable == 0 && unanswered > 0 }

    /// Whether it goes along with hellos, and never chose a suite that a current sender offers.
    package var hasObsoleteSuitesOnly: Bool {
        !suites.isEmpty && suites.allSatisfy { CipherSuite.named($0)?.isObsolete == true }
    }
}

extension CipherSuite {
    /// Whether current senders no longer offer it. Anonymous suites are not among these: a Postfix that verifies nothing
    /// offers them. RFC 9325, section 4.1.
    fileprivate var isObsolete: Bool { isExport || cipher == .rc4 || effectiveBits < 128 }
}

extension Derivation {
    /// The versions of the survey.
    static let tlsVersions = Derivation.perAddress { (survey: TLSSurvey) throws(Absence) -> TLSVersions in
        guard let versions = survey.versions else { throw .unplanned }
        return versions
    }

    /// The classes of the survey.
    static let tlsClasses = Derivation.perAddress { (survey: TLSSurvey) throws(Absence) -> TLSClasses in
        guard let classes = survey.classes else { throw .unplanned }
        return classes
    }
}

/// Whether a ClientHello as large as post-quantum keys make it is answered. RFC 7685, section 4.
public struct TLSLargeHello: AddressFact, Hashable {
    /// `tls.large-hello`.
    public static let id: FactID = "tls.large-hello"
    /// Whether it is; nil where it cannot be told.
    public var isAnswered: Bool?
    /// What became of the small hello that should have told: a phrase without a full stop.
    public var why: String?

    /// What is known.
    public init(isAnswered: Bool?, why: String? = nil) {
        self.isAnswered = isAnswered
        self.why = why
    }
}

extension Derivation {
    /// The large ClientHello of the survey.
    static let tlsLargeHello = Derivation.perAddress { (survey: TLSSurvey) throws(Absence) -> TLSLargeHello in
        TLSLargeHello(
            isAnswered: survey.dropsLargeHello.map { !$0 }, why: survey.classes?[.postQuantum]?.detail)
    }
}

extension TLSSurvey {
    /// The versions that are offered, as far as they are known.
    public var inBrief: String? {
        let offered = versions?.versions(.supported).map(\.description).joined(separator: ", ") ?? ""
        return offered.isEmpty ? nil : "offers \(offered)"
    }
}
