package import MailModel

/// Why senders cannot use a TLSA record on port 25; they act as if it were not there, and demand TLS all the same.
/// RFC 7672, sections 2.2 and 3.1.3; RFC 6698, section 4.1.
package enum TLSAFault: Hashable, CustomStringConvertible {
    /// Usages 0 and 1 ask for a public CA besides, and which CAs senders know nobody can tell.
    case publicCA
    case unknownUsage
    case unknownSelector
    case unknownMatchingType
    case wrongLength(expected: Int)
    case empty

    /// A phrase that follows the record.
    package var description: String {
        switch self {
        case .publicCA: "relies on public CAs (usage 0 or 1), which port 25 does not allow"
        case .unknownUsage: "has an unknown usage"
        case .unknownSelector: "has an unknown selector"
        case .unknownMatchingType: "has an unknown matching type"
        case .wrongLength(let expected): "has a digest that is not \(expected) bytes long"
        case .empty: "has no data"
        }
    }
}

extension TLSARecord {
    /// Why the record cannot be used; nil when it can. Whether a certificate in full is one is seen when it is compared.
    package var fault: TLSAFault? {
        switch usage {
        case 0, 1: return .publicCA
        case 2, 3: break
        default: return .unknownUsage
        }
        guard selector <= 1 else { return .unknownSelector }
        switch matchingType {
        case 0: return data.isEmpty ? .empty : nil
        case 1: return data.count == 32 ? nil : .wrongLength(expected: 32)
        case 2: return data.count == 64 ? nil : .wrongLength(expected: 64)
        default: return .unknownMatchingType
        }
    }
}
