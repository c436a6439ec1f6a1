import CheckKit
import FoundationEssentials
import MailModel

@testable import Checks
@testable import Observations

/// One server, mx.example.com, of which a test changes what it is about. At first all is well and nothing is published:
/// TLS with a certificate of a public CA, no DNSSEC, no TLSA record, no MTA-STS.
struct DeliveryScene {
    var host = "mx.example.com"
    var keywordsInsideTLS: [String] = []
    /// The conversation; nil is one that leads to TLS.
    var conversation: Conversation?
    var certificate: (inout CertificateChain) -> Void = { _ in }
    /// Why it cannot be told which other certificates there are.
    var doubt: String?
    var bogusAddress: String?
    var mx = Observed.present(MXRecords([.sample], of: .sample("example.com")))
    var validated = Observed.present(ValidatedDNS())
    var record = Observed.present(MTASTSRecord.none)
    var policy = Observed.present(MTASTSPolicy.missing)
    var tlsa = Observed.present(TLSARecords([.sample([])]))
    var matches = TLSAMatches.none

    init(_ change: (inout DeliveryScene) -> Void = { _ in }) { change(&self) }

    func deliver(_ sender: Delivery.Sender) -> Delivery {
        DeliverySite(
            host: .sample(host),
            transport: DeliveryTransport(.present(Dialogue(conversation ?? .encrypting(chain, keywordsInsideTLS)))),
            bogusAddress: bogusAddress, mx: mx, validated: validated, record: record, policy: policy, tlsa: tlsa,
            matches: doubted, certificateDoubt: doubt
        ).delivery(sender)
    }

    private var doubted: Observed<TLSAMatches> {
        guard case .present(var found) = matches else { return matches }
        found.doubt = doubt
        return .present(found)
    }

    func outcome(_ sender: Delivery.Sender) -> Delivery.Outcome { deliver(sender).outcome }

    private var chain: CertificateChain {
        .sample { chain in
            chain.host = .sample(host)
            certificate(&chain)
        }
    }
}

extension DeliveryScene {
    /// TLSA records that are signed, below a signed MX record, and how the first of them compares with the certificate.
    mutating func publish(_ record: TLSARecord, matches isMatch: Bool = true) {
        mx = .present(.secureSample)
        tlsa = .present(.sample(record))
        matches = TLSAMatches.sample(TLSAMatch(record, depths: isMatch ? [0] : []))
    }

    mutating func announce(mode: String = "enforce", patterns: [String] = ["mx.example.com"]) {
        record = .present(.sample)
        policy = .present(.serving(mode: mode, mx: patterns))
    }
}

extension Conversation {
    /// A conversation that leads to TLS.
    static func encrypting(_ chain: CertificateChain, _ keywords: [String] = []) -> Conversation {
        var conversation = offering("STARTTLS")
        conversation.startTLS = .present(SMTPReply(220, "Ready"))
        conversation.startTLSAttempts = 1
        conversation.handshake = .present(.sample(chain))
        conversation.helloInsideTLS = .present(HelloReply(SMTPReply(code: 250, lines: ["mx.example.com"] + keywords)))
        return conversation
    }

    /// A conversation up to the EHLO reply, with what follows STARTTLS.
    static func offering(
        _ keywords: String..., answer: Observed<SMTPReply>? = nil, attempts: Int = 1,
        handshake: Observed<TLSHandshake>? = nil
    ) -> Conversation {
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(220, "mx.example.com ESMTP"))
        conversation.hello = .present(HelloReply(SMTPReply(code: 250, lines: ["mx.example.com"] + keywords)))
        conversation.startTLS = answer
        conversation.startTLSAttempts = attempts
        conversation.handshake = handshake
        return conversation
    }

    /// A conversation that did not come to a greeting.
    static func ended(_ why: Absence) -> Conversation {
        var conversation = Conversation()
        conversation.end(why)
        return conversation
    }

    /// A conversation whose greeting is no 220.
    static func greeted(_ code: Int, _ text: String) -> Conversation {
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(code, text))
        conversation.end(.failed(.rejected(SMTPReply(code, text))))
        return conversation
    }
}
