internal import CheckKit
internal import MailModel
internal import Observations

// What the examples of this folder's checks are made of.

extension MXRecord {
    /// `10 mx.example.com.`
    static let sample = MXRecord(10, .sample("mx.example.com"))
}

extension MailHost {
    /// A host with one public address.
    static let sample = MailHost.with("192.0.2.25")

    /// A host with one address.
    static func with(_ address: String) -> MailHost {
        MailHost(.sample("mx.example.com"), ipv4: .present(AddressLookup([.sample(address)])))
    }

    /// A name that nobody asks addresses for.
    static func notAsked(_ name: String) -> MailHost {
        let why = Absence.notApplicable("not asked for")
        return MailHost(.sample(name), ipv4: .absent(why), ipv6: .absent(why))
    }

    /// A host whose name servers fail.
    static let unanswered = MailHost(
        .sample("mx.example.com"), ipv4: .absent(.inconclusive("the name servers answered SERVFAIL")))
}

extension PerServer<Greeting> {
    /// No server.
    static let none = PerServer<Greeting>([Element]())

    /// mx.example.com greeted from an address.
    static func contacted(_ address: String) -> PerServer<Greeting> {
        PerServer([(.sample("mx.example.com", address), .present(Greeting(SMTPReply(220, "mx.example.com ESMTP"))))])
    }

    /// The wire refused to contact mx.example.com at an address.
    static func refused(_ address: String) -> PerServer<Greeting> {
        PerServer([(.sample("mx.example.com", address), .absent(.failed(.specialAddress("private use"))))])
    }
}
