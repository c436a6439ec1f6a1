public import MailModel

// Examples and tests need names and addresses written as literals. None of these is for input: a mistake here is a mistake in the
// program, and stops the first test that runs.

extension DomainName {
    /// A name by its text, whatever its labels hold; the empty text is the root.
    public static func sample(_ text: String) -> DomainName {
        DomainName(labels: text.split(separator: ".").map { Array($0.utf8) })
    }
}

extension IPAddress {
    /// An address by its text.
    public static func sample(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("\(text) is no IP address") }
        return address
    }
}

extension MailServer {
    /// A host at an address.
    public static func sample(_ host: String, _ address: String) -> MailServer {
        MailServer(host: .sample(host), address: .sample(address))
    }
}
