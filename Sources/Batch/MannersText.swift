public import FoundationEssentials
internal import MailModel
internal import Reporting

extension Manners {
    /// The manners as a file, with what each line is about: a beginning for one's own.
    public var yaml: String {
        """
        # How mailgrade batch and mailgrade filter behave towards other people's servers.
        schema: 1

        connections:
          per-address: \(connectionsPerAddress)             # connections to one address at a time
          apart: \(apart.text)                  # between the beginnings of two of them
          addresses: \(conversations)             # addresses in conversation at a time, of all the world
          addresses-per-network: \(addressesPerNetwork)   # of one /24 or /48
          addresses-per-provider: \(addressesPerProvider) # of the MX hosts below one registered name

        lookups: \(lookups)                   # domains that are looked up at a time

        throttled:                    # a server that says 421, "too many", or hangs up before its greeting
          waits: [\(patience.map(\.text).joined(separator: ", "))]         # then it is left alone
          retry-after: \(retryAfter.text)             # and not asked again before

        hosts-alike:                  # MX hosts of many customers at one address
          ask: \(hostsAlike)                      # so many are asked; where all are alike, the others are inferred
          check-one-in: \(inferredPerCheck)           # inferred host is asked all the same

        # A TXT record "v=mailgrade; test=no" at this label below a domain or an MX host keeps us away; none asks nobody.
        opt-out-record: \(optOutLabel ?? "none")

        # Domains, MX hosts, addresses and networks that are never contacted; what lies below a name is meant, too.
        never: [\((never.names.sorted().map(\.text) + never.networks.map(\.description)).map { "\"\($0)\"" }.joined(separator: ", "))]

        """ + identity
    }

    private var identity: String {
        let lines = [
            helo.map { "  helo: \($0)" }, contact.map { "  contact: \"\($0)\"" }, page.map { "  page: \"\($0)\"" },
        ].compactMap(\.self)
        guard !lines.isEmpty else {
            return """

                # Who we are: the name in EHLO, whom to write to, and a page that says what we do.
                # identity: { helo: probe.example.org, contact: "mailto:postmaster@example.org", page: "https://probe.example.org/" }

                """
        }
        return "\nidentity:\n\(lines.joined(separator: "\n"))\n"
    }

    /// What to publish as `/.well-known/probing.txt` on the web server of the address that asks, so that whoever finds us in a log knows
    /// who we are; the form of security.txt. RFC 9511, section 2; RFC 9116, section 2.5. Nil without a contact.
    public func probingText(until expiry: Date) -> String? {
        guard let contact else { return nil }
        let canonical = helo.map { "Canonical: https://\($0)/.well-known/probing.txt\n" } ?? ""
        let about = page.map { " More: \($0)" } ?? ""
        let optOut = optOutLabel.map {
            " To be left alone, publish a TXT record \"v=mailgrade; test=no\" at \($0) below the domain or the MX host."
        }
        return """
            \(canonical)Contact: \(contact)
            Expires: \(expiry.timestamp)
            Preferred-Languages: en
            Description: Tests how mail servers protect connections: EHLO, STARTTLS, TLS handshakes, RCPT without a message. Never DATA. \
            \(connectionsPerAddress == 1 ? "One connection" : "\(connectionsPerAddress) connections") at a time to an address, \
            \(apart.text) apart, about ten in all.\(optOut ?? "")\(about)

            """
    }
}

extension Duration {
    /// The longest first. A list within the function would be unrolled by the compiler, each time in another order: two builds differed.
    private static let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]

    /// As people write it: `90s`, `6h`, `500ms`.
    fileprivate var text: String {
        let milliseconds = Int(self / .milliseconds(1))
        for (unit, size) in Self.units where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
