// What the DNS says is the same at each look, as long as it is so: what a validator says of a failure names the record, the server and
// the key that it happened to meet first.
internal import CheckKit
internal import MailModel

extension MXRecords {
    /// Without the validator's words.
    public var lasting: MXRecords {
        var lasting = self
        lasting.security = security.lasting
        return lasting
    }
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
    fileprivate var lasting: AddressLookup {
        var lasting = self
        lasting.security = security.lasting
        return lasting
    }
}

extension SigningZones {
    /// Without the validator's words.
    public var lasting: SigningZones {
        SigningZones(
            zones.map { zone in
                var lasting = zone
                lasting.security = zone.security.lasting
                return lasting
            }, unknown: unknown.mapValues { _ in "" })
    }
}

extension PTRNames {
    /// Without the validator's words.
    public var lasting: PTRNames {
        var lasting = self
        lasting.security = security.lasting
        lasting.names = names.map { PTRName($0.name, $0.lookup.mapped(\.lasting)) }
        return lasting
    }
}

extension MTASTSRecord {
    /// Without the validator's words.
    public var lasting: MTASTSRecord {
        var lasting = self
        lasting.lookup.security = lookup.security.lasting
        return lasting
    }
}

extension TLSRPTRecord {
    /// Without the validator's words.
    public var lasting: TLSRPTRecord {
        var lasting = self
        lasting.lookup.security = lookup.security.lasting
        return lasting
    }
}

extension DNSSecurity {
    /// What is said of an answer, without the reason.
    var lasting: DNSSecurity {
        switch self {
        case .secure, .insecure: self
        case .bogus: .bogus("")
        case .indeterminate: .indeterminate("")
        }
    }
}
