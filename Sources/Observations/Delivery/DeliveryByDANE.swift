internal import CheckKit
internal import MailModel

extension DeliverySite {
    /// TLSA records decide where there are any (DANE-15): usable ones want a match, unusable ones TLS, none nothing.
    var underDANE: Ending {
        switch demand {
        case .nothing(let why): withoutPolicy(why)
        case .encryption(let why): overTLS { _, _ in (.encrypted, why.sentence) }
        case .match(let records, let lookup): overTLS { session, _ in matching(records, lookup, session) }
        case .waits(let why): (.deferred, why.sentence)
        case .unknown(let why): (.unknown, why.sentence)
        }
    }

    /// Postfix delivers at this level only where usable records are found below a signed answer.
    var underDANEOnly: Ending {
        guard let isSigned else { return (.unknown, "Whether the MX records are signed could not be determined.") }
        guard isSigned else { return (.deferred, "The MX records are not signed.") }
        switch demand {
        case .nothing(let why), .encryption(let why), .waits(let why): return (.deferred, why.sentence)
        case .match(let records, let lookup):
            let ending = overTLS { session, _ in matching(records, lookup, session) }
            return ending.outcome == .encrypted ? (.deferred, ending.reason) : ending
        case .unknown(let why): return (.unknown, why.sentence)
        }
    }

    /// What TLSA records demand of a sender.
    private enum Demand {
        case nothing(String)
        case encryption(String)
        case match(TLSARecords, TLSALookup)
        /// Nothing may be delivered now, and why. RFC 7672, section 2.1.2.
        case waits(String)
        case unknown(String)
    }

    private var demand: Demand {
        switch tlsa {
        case .absent(let why): return .unknown("whether there are TLSA records could not be determined: \(why)")
        case .present(let records):
            if let (lookup, reason) = records.bogus {
                return .waits("the answer for the TLSA records of \(lookup.name) does not validate: \(reason)")
            }
            guard let lookup = records.effective else {
                return .nothing(
                    records.withoutDNSSEC == nil ? "it has no TLSA record" : "its TLSA records are not signed")
            }
            return lookup.usable.isEmpty ? .encryption(Self.noneUsable) : .match(records, lookup)
        }
    }

    private static let noneUsable = "no TLSA record can be used, so TLS is required and no server is authenticated"

    /// What a sender that offers every kind of key makes of the certificates; what others are shown does not matter here.
    ///
    /// Below MX records that are not signed a match counts, and yet mail may have been sent elsewhere (DANE-05).
    private func matching(_ records: TLSARecords, _ lookup: TLSALookup, _ session: TLSHandshake) -> Ending {
        guard let mx = mx.value else { return (.unknown, "The MX records are not known.") }
        switch matches {
        case .absent(let why) where why.saysHandshakeFails:
            return (.deferred, "A session with \(lookup.base) as SNI fails.")
        case .absent(let why): return (.unknown, "Whether the certificate matches could not be determined: \(why).")
        case .present(let matches):
            // A server that varies refuses some of the mail; what it shows to others does not help that.
            let shown =
                matches.chains.contains { $0.key == nil } ? matches.chains.filter { $0.key == nil } : matches.chains
            func result(_ chain: ComparedChain) -> DANEVerification.Result {
                DANEVerification(
                    chain: chain, owner: lookup.name, names: records.referenceNames(mx, base: lookup.base),
                    instant: session.path.checkedAt
                ).result()
            }
            let refused = shown.first { if case .refused = result($0) { true } else { false } }
            guard let chain = refused ?? shown.first else {
                return (.unknown, "No certificate was compared with the TLSA records.")
            }
            switch result(chain) {
            case .unusable: return (.encrypted, Self.noneUsable.sentence)
            case .refused(let issues): return (.deferred, issues.first?.message ?? "No TLSA record matches.")
            case .authenticated:
                if let doubt = matches.doubt { return (.unknown, doubt) }
                return isSigned == true
                    ? (.authenticated, "A TLSA record matches.")
                    : (.encrypted, "A TLSA record matches, but unsigned MX records can lead mail elsewhere.")
            }
        }
    }
}
