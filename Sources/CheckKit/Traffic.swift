/// What a probe sends at each of its places, so that a plan can say it before the first packet.
public struct Traffic: Sendable, Hashable, Codable {
    /// How it is sent.
    public enum Channel: String, Sendable, Hashable, Codable, CaseIterable {
        /// Lookups, through the resolver.
        case dns
        /// Requests to a web server.
        case https
        /// Connections to a mail server.
        case smtp
        /// Nothing is sent: a program on this machine is asked.
        case program
    }

    /// How it is sent.
    public var channel: Channel
    /// What is asked for, a phrase; `{domain}` stands for the domain.
    public var question: String
    /// How many lookups, requests or connections it takes where everything behaves. A server that breaks off, puts off or contradicts
    /// itself is asked again.
    public var usual: ClosedRange<Int>
    /// What that number is for, where it is not one place of the probe: `MX host`, `zone`; nil for the place.
    public var each: String?
    /// How the labels of its conversations begin in transcripts; empty for lookups.
    public var labels: [String]

    /// Lookups in the DNS.
    public static func lookups(_ usual: ClosedRange<Int>, _ question: String, each: String? = nil) -> Traffic {
        Traffic(channel: .dns, question: question, usual: usual, each: each, labels: [])
    }

    /// Requests to a web server.
    public static func requests(_ usual: ClosedRange<Int>, _ question: String, labelled label: String) -> Traffic {
        Traffic(channel: .https, question: question, usual: usual, each: nil, labels: [label])
    }

    /// Connections to a mail server.
    public static func connections(
        _ usual: ClosedRange<Int>, _ question: String, labelled labels: String...
    ) -> Traffic {
        Traffic(channel: .smtp, question: question, usual: usual, each: nil, labels: labels)
    }

    /// A run of a program on this machine; what that sends, nobody here knows.
    public static func run(_ program: String) -> Traffic {
        Traffic(channel: .program, question: program, usual: 1...1, each: nil, labels: [])
    }
}
