public import MailModel

/// What the domain publishes about its mail: where it goes, how far the DNS is signed, and what senders are told to insist on.
/// Facts alone; no profile has a say in it, beyond that what no check of it asks for is not looked up and nil here.
public struct DomainSummary: Sendable, Hashable {
    /// Where mail goes.
    public var exchange: MailExchange?
    /// The zones that mail depends on, by name.
    public var zones: [Zone]
    /// Names whose zone is not known, and why.
    public var unknownZones: [String: String]
    /// What MTA-STS says. RFC 8461.
    public var mtaSTS: MTASTS?
    /// The TLSA records of each MX host, in the order of the hosts. RFC 7672.
    public var tlsa: [TLSA]
    /// Who is to be told how TLS went. RFC 8460.
    public var tlsRPT: TLSRPT?

    /// How far an answer of the DNS is to be trusted.
    public struct Security: Sendable, Hashable {
        /// What validation gave.
        public enum State: String, Sendable, Hashable, CaseIterable {
            /// Signed, and the signatures verify.
            case secure
            /// Proven not to be signed.
            case insecure
            /// Signed, and the signatures do not verify.
            case bogus
            /// Not known.
            case unknown
        }

        /// What validation gave.
        public var state: State
        /// Why, a phrase; nil for what needs none, and where nobody asked.
        public var why: String?
    }

    /// Where mail for the domain goes. RFC 5321, section 5.1.
    public struct MailExchange: Sendable, Hashable {
        /// What the domain says of it.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// MX records name hosts.
            case listed
            /// There is no MX record, so that the domain's own addresses count.
            case implicit
            /// The domain accepts no mail. RFC 7505.
            case null
            /// There is neither an MX record nor an address.
            case none
            /// Not known.
            case unknown
        }

        /// One host.
        public struct Host: Sendable, Hashable {
            /// Its name.
            public var name: DomainName
            /// Its lowest preference; nil for an implicit MX.
            public var preference: UInt16?
            /// Every address that was found, IPv4 first.
            public var addresses: [IPAddress]
            /// What is wrong or unknown about its addresses, a phrase; nil for nothing.
            public var why: String?
        }

        /// What the domain says of it.
        public var kind: Kind
        /// Why it is not known, or what is wrong, a phrase; nil for nothing.
        public var why: String?
        /// How far the MX lookup is to be trusted.
        public var security: Security
        /// The hosts, lowest preference first.
        public var hosts: [Host]
    }

    /// A zone of the DNS.
    public struct Zone: Sendable, Hashable {
        /// Its name.
        public var name: DomainName
        /// Whether it is signed.
        public var security: Security
        /// The mnemonics of its keys' algorithms, or their numbers.
        public var algorithms: [String]
    }

    /// Whether a record of TXT is there as senders want it.
    public enum RecordState: String, Sendable, Hashable, CaseIterable {
        /// There is none.
        case absent
        /// There is something, and senders make nothing of it.
        case invalid
        /// There is one.
        case valid
        /// Not known.
        case unknown
    }

    /// What MTA-STS says.
    public struct MTASTS: Sendable, Hashable {
        /// One pattern of a policy.
        public struct Pattern: Sendable, Hashable {
            /// As it stands there, lower case.
            public var text: String
            /// The MX hosts that it covers.
            public var hosts: [DomainName]
        }

        /// A policy.
        public struct Policy: Sendable, Hashable {
            /// `enforce`, `testing` or `none`.
            public var mode: String
            /// For how long senders may remember it, in seconds.
            public var maxAge: Int
            /// Its patterns, in their order.
            public var patterns: [Pattern]
            /// The MX hosts that no pattern covers.
            public var uncovered: [DomainName]
        }

        /// Whether a record announces a policy.
        public var record: RecordState
        /// Why the record does not count or is not known, a phrase; nil where there is nothing to say.
        public var why: String?
        /// The id by which senders know a policy again; nil without a valid record.
        public var id: String?
        /// The policy that was fetched, whether or not a record announces it.
        public var policy: Policy?
        /// Why there is no policy, a phrase; nil where there is one.
        public var whyNoPolicy: String?
    }

    /// The TLSA records of a host, beside the keys that its servers show.
    public struct TLSA: Sendable, Hashable {
        /// One record.
        public struct Record: Sendable, Hashable {
            /// The record.
            public var record: TLSARecord
            /// Why senders cannot use it, a phrase; nil where they can.
            public var fault: String?
            /// Whether a server shows a certificate that it matches; nil where nobody compared them.
            public var matches: Bool?
        }

        /// One certificate that servers of the host show.
        public struct Key: Sendable, Hashable {
            /// What kind of key it has: `EC prime256v1`.
            public var kind: String
            /// SHA-256 over its public key, hexadecimal, as in a record `3 1 1`; empty where nobody noted it.
            public var sha256: String
            /// Where it is shown.
            public var addresses: [IPAddress]
            /// The records that match its certificate, as their places in `records`; nil where nobody compared them.
            public var matchedBy: [Int]?
        }

        /// The host.
        public var host: DomainName
        /// Where the records are, or would be: `_25._tcp.mx.example.com`.
        public var name: DomainName
        /// How far the lookup is to be trusted.
        public var security: Security
        /// Why nothing is known, a phrase; nil where the answer is here.
        public var why: String?
        /// The records.
        public var records: [Record]
        /// The certificates that servers of the host show.
        public var keys: [Key]
    }

    /// Who is to be told how TLS went.
    public struct TLSRPT: Sendable, Hashable {
        /// Whether a record asks for reports.
        public var record: RecordState
        /// Why the record does not count or is not known, a phrase; nil where there is nothing to say.
        public var why: String?
        /// Where reports go, URIs in the order of the record.
        public var destinations: [String]
    }
}
