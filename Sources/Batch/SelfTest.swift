public import MailModel

/// Whether this machine is fit to ask thousands of servers: what is wrong here would be told of each of them.
public struct SelfTest: Sendable, Hashable {
    /// Why a batch should not start, one sentence each; empty where it may.
    public var faults: [String] = []
    /// What the results will not have, or may be wrong about, one sentence each.
    public var remarks: [String] = []

    /// Looks at the resolver, and at the addresses that others would see; `address` gives them, and sends nothing. Without one of them
    /// that others can reach there is nothing to compare with the name in EHLO.
    public init(
        _ dns: any DNSClient, helo: String?, families: Set<IPAddress.Family>,
        address: (IPAddress.Family) -> IPAddress?
    ) async {
        switch await dns.selfTest() {
        case .validates: break
        case .stripsDNSSEC(let reason):
            faults.append(
                "The resolver does not give what DNSSEC needs (\(reason)): DNSSEC and DANE would be undetermined for every domain. "
                    + "Name another with --resolver.")
        case .unreachable(let failure):
            faults.append("The resolver does not answer (\(failure)). Name another with --resolver.")
        }
        let own = families.sorted().compactMap { family in address(family).map { (family, $0) } }
        if own.isEmpty, !families.isEmpty {
            faults.append("This machine has no route to the Internet.")
        } else if own.count < families.count {
            let missing = families.subtracting(own.map(\.0)).map(\.rawValue).sorted().joined(separator: ", ")
            remarks.append("This machine has no \(missing): servers are tested without it, as the results say.")
        }
        for (_, address) in own { await compare(address, helo, dns) }
    }

    /// Servers refuse, or slow down, who is not who he says he is: RFC 5321, section 4.1.4, and common practice.
    private mutating func compare(_ address: IPAddress, _ helo: String?, _ dns: any DNSClient) async {
        guard address.specialPurpose == nil else {
            remarks.append(
                "\(address) is not what others see: whether the address that they see has a PTR record could not be told."
            )
            return
        }
        guard let answer = try? await dns.lookup(address.reverseName, .ptr) else {
            remarks.append("The PTR record of \(address), by which this machine asks, could not be looked up.")
            return
        }
        let names = answer.records.compactMap { record -> DomainName? in
            if case .ptr(let name) = record { name } else { nil }
        }
        guard let helo, let name = try? DomainName(input: helo) else {
            remarks.append("There is no full name to send in EHLO: many servers refuse that. Name one with --helo.")
            return
        }
        if names.isEmpty {
            faults.append("\(address), by which this machine asks, has no PTR record: many servers turn it away.")
        } else if !names.contains(name) {
            faults.append(
                "\(address), by which this machine asks, is \(names[0]) by its PTR record, and EHLO says \(name). Name it with --helo."
            )
        }
    }
}
