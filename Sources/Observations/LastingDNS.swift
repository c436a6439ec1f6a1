// What the DNS says is the same at each look, as long as it is so: what a validator says of a failure names the record, the server and
// the key that it happened to meet first.
internal import CheckKit
internal import MailModel

extension MXRecords {
    /// Without the validator's words.
    public var lasting: MXRecords { withoutWords(self, \.security) }
}

extension MailHosts {
    /// Without the validator's words.
    public var lasting: MailHosts { MailHosts(targets.map(\.lasting), besideNullMX: besideNullMX?.lasting) }
}

extension MailHost {
    fileprivate var lasting: MailHost {
        var lasting = self
        lasting.ipv4 = ipv4.mapped(\.lasting)
        lasting.ipv6 = ipv6.mapped(\.lasting)
        return lasting
    }
}

extension AddressLookup {
    fileprivate var lasting: AddressLookup { withoutWords(self, \.security) }
}

extension SigningZones {
    /// Without the validator's words.
    public var lasting: SigningZones {
        SigningZones(zones.map { withoutWords($0, \.security) }, unknown: unknown.mapValues { _ in "" })
    }
}

extension PTRNames {
    /// Without the validator's words.
    public var lasting: PTRNames {
        var lasting = withoutWords(self, \.security)
        lasting.names = names.map { PTRName($0.name, $0.lookup.mapped(\.lasting)) }
        return lasting
    }
}

extension MTASTSRecord {
    /// Without the validator's words.
    public var lasting: MTASTSRecord { withoutWords(self, \.lookup.security) }
}

extension TLSRPTRecord {
    /// Without the validator's words.
    public var lasting: TLSRPTRecord { withoutWords(self, \.lookup.security) }
}
