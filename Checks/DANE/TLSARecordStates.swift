public import CheckKit
public import MailModel
internal import Observations

/// What each published TLSA record is good for at the moment. A certificate is changed without losing mail when the record
/// for the next one is published beforehand (RFC 7671, section 8.1), so a record that matches nothing is no fault by itself.
public struct TLSARecordStates: HostFact, Hashable {
    /// `dane.record-states`.
    public static let id: FactID = "dane.record-states"

    /// The records that count, in the order of the lookup.
    public var records: [State]

    /// One record and its use.
    public struct State: Hashable, Sendable, Codable {
        /// The record.
        public var record: TLSARecord
        /// What it is good for.
        public var use: Use
    }

    /// What a record is good for.
    public enum Use: String, Hashable, Sendable, Codable {
        /// It matches what every server of the host shows.
        case current
        /// It matches a certificate that only some senders see: that of one address, or of one kind of key.
        case other
        /// It matches nothing that is shown: published for the next certificate, or left over from the last one.
        case spare
        /// Senders cannot use it.
        case unusable
        /// There was nothing to compare it with.
        case unknown
    }

    /// The states of records.
    public init(_ records: [State]) { self.records = records }
}

extension Derivation {
    /// Looks at what all servers of the host show.
    static let tlsaRecordStates = Derivation.perHost {
        (records: TLSARecords, matches: PerServer<TLSAMatches>) throws(Absence) -> TLSARecordStates in
        guard let lookup = records.effective else { throw .notApplicable("no TLSA record is usable here") }
        return TLSARecordStates(
            lookup.records.map { TLSARecordStates.State(record: $0, use: matches.use(of: $0)) })
    }
}

extension PerServer<TLSAMatches> {
    fileprivate func use(of record: TLSARecord) -> TLSARecordStates.Use {
        guard record.fault == nil else { return .unusable }
        let comparisons = present.flatMap(\.chains).compactMap { chain in
            chain.matches.first { $0.record == record }
        }
        guard !comparisons.isEmpty else { return .unknown }
        if comparisons.contains(where: { !$0.isReadable }) { return .unusable }
        if comparisons.allSatisfy(\.leadsToLeaf) { return .current }
        return comparisons.contains(where: \.leadsToLeaf) ? .other : .spare
    }
}

extension TLSAMatch {
    /// Whether the record names the leaf, or a trust anchor that its chain leads to.
    var leadsToLeaf: Bool {
        record.usage == 3 ? depths.contains(0) : path?.problems.isEmpty == true
    }
}
