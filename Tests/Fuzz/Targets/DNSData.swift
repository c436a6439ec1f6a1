@testable import Checks
@testable import LiveWire
@testable import MailModel
@testable import Observations

extension FuzzTarget {
    /// The data of one record: two octets with its type, then the data. Whatever it decodes to is stored and read again.
    static let dnsRecords = FuzzTarget("dns-records") { input in
        var reader = InputReader(input)
        let type = DNSRecordType(rawValue: reader.number())
        let data = Array(reader.rest)
        let record = DNSRecord(type: type, data: data)
        requireSame(record, "a record")
        switch record {
        case .tlsa(let usage, let selector, let matchingType, let data):
            let record = TLSARecord(usage: usage, selector: selector, matchingType: matchingType, data: data)
            requireSame(record, "a TLSA record")
        case .txt(let strings):
            readTexts([String(decoding: strings.joined(), as: UTF8.self)])
        case .other: _ = CAARecord(data: data)
        default: break
        }
        _ = DomainName(masterFile: String(decoding: data, as: UTF8.self))
    }

    /// A whole message, out of which the times of a signature are read.
    static let dnsMessages = FuzzTarget("dns-messages") { input in
        var reader = InputReader(input)
        let type = DNSRecordType(rawValue: reader.number())
        guard let times = SignatureTimes(over: type, in: Array(reader.rest)) else { return }
        require(times.inception <= times.expiration, "a signature that ends before it begins")
    }
}
