internal import CUnbound
internal import MailModel

extension DNSAnswer {
    /// Copies what libunbound found. Throws `DNSFailure` for a response code that is no answer.
    init(_ result: ub_result) throws(DNSFailure) {
        // First of all: an answer that failed validation comes with NOERROR, data and all.
        let bogus = result.bogus != 0
        let code = Int(result.rcode)
        guard bogus || code == 0 || code == 3 else { throw .serverFailure(Self.codeName(code)) }
        let security: DNSSecurity =
            bogus
            ? .bogus(result.why_bogus.map { String(cString: $0) } ?? "the validator gives no reason")
            : result.secure != 0 ? .secure : .insecure
        let type = DNSRecordType(rawValue: UInt16(truncatingIfNeeded: result.qtype))
        self.init(
            status: result.nxdomain != 0 || code == 3 ? .nxDomain : .noError,
            security: security,
            records: Self.records(type, of: result),
            canonicalName: result.canonname.flatMap { DomainName(masterFile: String(cString: $0)) },
            ttl: max(0, Int(result.ttl)),
            signature: result.answer_packet.flatMap { packet in
                SignatureTimes(
                    over: type,
                    in: Array(UnsafeRawBufferPointer(start: packet, count: Int(max(0, result.answer_len)))))
            })
    }

    /// In the canonical order of RFC 4034, section 6.3, because the library rotates them; each once.
    private static func records(_ type: DNSRecordType, of result: ub_result) -> [DNSRecord] {
        guard let data = result.data, let lengths = result.len else { return [] }
        var raw: [[UInt8]] = []
        while let item = data[raw.count] {
            raw.append(Array(UnsafeRawBufferPointer(start: item, count: Int(max(0, lengths[raw.count])))))
        }
        var seen: Set<DNSRecord> = []
        return raw.sorted { $0.lexicographicallyPrecedes($1) }
            .map { DNSRecord(type: type, data: $0) }
            .filter { seen.insert($0).inserted }
    }

    /// The mnemonics of RFC 6895, section 2.3.
    private static func codeName(_ code: Int) -> String {
        switch code {
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        case 6: "YXDOMAIN"
        default: "RCODE\(code)"
        }
    }
}
