package import CheckKit

// What findings carry, by one name for one thing, whichever check found it. Names are part of the JSON report, and those of
// numbers of profiles: they change no more easily than a code.

/// Places and names.
extension FindingArgument {
    package static let host = text("host", "The host: an MX host, or that of an MTA-STS policy.")
    package static let address = text("address", "The IP address.")
    package static let addresses = list("addresses", "The IP addresses.")
    package static let server = text("server", "The mail server: host and address.")
    package static let worstServer = text("worst-server", "The mail server that does worst.")
    package static let family = text("family", "The address family, IPv4 or IPv6.")
    package static let families = list("families", "The address families.")
    package static let name = text("name", "The DNS name.")
    package static let names = list("names", "The DNS names.")
    package static let canonical = text("canonical", "The name that an alias leads to.")
    package static let intended = text("intended", "The name that was probably meant.")
    package static let owner = text("owner", "The name that owns the records.")
    package static let zone = text("zone", "The zone.")
    package static let without = list("without", "The hosts that lack it.")
    package static let purpose = text("purpose", "What the address is reserved for.")
}

/// What was seen and why.
extension FindingArgument {
    package static let reason = text("reason", "Why, a phrase in English.")
    package static let reasons = list("reasons", "Why, phrases in English.")
    package static let situation = text("situation", "Which of several situations it is; the sentence depends on it.")
    package static let reply = text("reply", "The SMTP reply, its first line with the code.")
    package static let differences = list("differences", "How connections differed, phrases in English.")
    package static let wanted = list("wanted", "What was expected, or is asked for.")
    package static let other = text("other", "What it is compared with.")
    package static let worst = text("worst", "The worst of what was found.")
    package static let count = number("count", "How many there are of what the sentence is about.")
    package static let total = number("total", "How many there are in all.")
    package static let leftOut = number("left-out", "How many were not looked at.")
    package static let required = number("required", "How much is asked for, in the unit of the number beside it.")
    package static let octets = number("octets", "The length in octets.")
    package static let days = number("days", "Whole days.")
    package static let seconds = number("seconds", "Seconds.")
    package static let tries = number("tries", "How often it was tried.")
    package static let handshakes = number("handshakes", "How many TLS handshakes there were.")
    package static let replies = number("replies", "How many EHLO replies there were.")
}

/// SMTP.
extension FindingArgument {
    package static let sender = text("sender", "The address in MAIL FROM.")
    package static let recipient = text("recipient", "The address in RCPT TO.")
    package static let channel = text("channel", "Where it happened: tls or plaintext.")
    package static let control = text("control", "accepted where a nonsense recipient was accepted too.")
    package static let keywords = list("keywords", "EHLO keywords.")
    package static let mechanisms = list("mechanisms", "SASL mechanisms.")
    package static let parameter = text("parameter", "The parameter behind a keyword.")
    package static let plaintext = text("plaintext", "What was sent in plaintext.")
}

/// Certificates.
extension FindingArgument {
    package static let role = text("role", "Which certificate of the chain: leaf, issuer, root or anchor.")
    package static let subject = text("subject", "The subject of a certificate.")
    package static let subjects = list("subjects", "The subjects of certificates.")
    package static let certificates = list("certificates", "Certificates: subject, and when each one ends.")
    package static let positions = list("positions", "Positions in the chain that was sent, in the order of the path.")
    package static let lengths = list("lengths", "How many certificates each chain has.")
    package static let begins = date("begins", "When the validity begins.")
    package static let ends = date("ends", "When the validity ends.")
    package static let daysLeft = number("days-left", "Whole days until the end.")
    package static let percentLeft = number("percent-left", "How much of the lifetime is left, in percent.")
    package static let key = text("key", "The kind of key.")
    package static let bits = number("bits", "The length of the key or prime, in bits.")
    package static let signature = text("signature", "The signature algorithm.")
    package static let hash = text("hash", "The hash function.")
    package static let use = text("use", "What the key is used for, by its name in keyUsage.")
    package static let allowed = list("allowed", "What the certificate allows, by the names of keyUsage.")
    package static let weakness = text("weakness", "What is weak, one sentence in English.")
}

/// TLS.
extension FindingArgument {
    package static let version = text("version", "The version of TLS.")
    package static let versions = list("versions", "The versions of TLS.")
    package static let suite = text("suite", "The cipher suite, by its IANA name.")
    package static let suites = number("suites", "How many different cipher suites there are.")
    package static let suiteNames = list("suite-names", "The cipher suites, by their IANA names.")
    package static let accepted = list("accepted", "What is accepted in each version of TLS.")
    package static let group = text("group", "The group of the key exchange, by its IANA name.")
    package static let groups = number("groups", "How many different groups there are.")
    package static let groupNames = list("group-names", "The groups of the key exchange, by their IANA names.")
    package static let prime = text("prime", "The Diffie-Hellman prime, by the name it is known under.")
    package static let primes = list("primes", "The Diffie-Hellman primes, each with the version of TLS.")
}

/// Records in the DNS, and policies.
extension FindingArgument {
    package static let record = text("record", "The record, or its kind.")
    package static let recordType = text("record-type", "The type of the record.")
    package static let tag = text("tag", "The tag of a CAA record.")
    package static let preference = number("preference", "The preference of an MX record.")
    package static let preferences = list("preferences", "The preferences of MX records.")
    package static let algorithm = text("algorithm", "The DNSSEC algorithm.")
    package static let algorithms = list("algorithms", "DNSSEC algorithms or digest types.")
    package static let algorithmNumber = number("algorithm-number", "The number of the DNSSEC algorithm.")
    package static let digests = list("digests", "Digest types: number and name.")
    package static let iterations = number("iterations", "Additional iterations of NSEC3.")
    package static let hosts = number("hosts", "How many MX hosts there are.")
    package static let promising = number("promising", "How many MX hosts have usable TLSA records.")
    package static let protected = number("protected", "How many MX hosts are protected by DANE.")
    package static let policy = text("policy", "What promises TLS: mta-sts, dane or both.")
    package static let mode = text("mode", "The mode of an MTA-STS policy.")
    package static let maxAge = number("max-age", "For how long senders remember the policy, in seconds.")
    package static let pattern = text("pattern", "A pattern for MX hosts.")
    package static let refusals = list("refusals", "The servers that senders refuse, each with its reasons.")
    package static let field = text("field", "A field of a policy.")
    package static let line = number("line", "The number of a line, counted from 1.")
    package static let mediaType = text("media-type", "The media type.")
    package static let destination = text("destination", "Where reports are to go, a URI.")
    package static let destinations = list("destinations", "Where reports go, URIs.")
    package static let mailbox = text("mailbox", "The mail address.")
}

extension Sentence {
    /// What a TXT record that counts only because it is alone risks.
    package static func lenience(_ record: String) -> Sentence {
        Sentence(
            stringLiteral:
                "The \(record) record has a blank before its first semicolon: senders accept it only as long as no ")
            + "other TXT record stands beside it."
    }
}
