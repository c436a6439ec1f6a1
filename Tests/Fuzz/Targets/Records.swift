import CheckKit

@testable import MailModel
@testable import Observations

extension FuzzTarget {
    /// The TXT records of a name, one a line, as MTA-STS and TLS-RPT read them.
    static let textRecords = FuzzTarget("text-records") { input in
        readTexts(input.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) })
    }

    /// The policy of MTA-STS; only the first line may be cut off without a word.
    static let policies = FuzzTarget("mta-sts-policies") { input in
        let text = String(decoding: input, as: UTF8.self)
        do throws(GrammarFault) {
            let policy = try MTASTSDocument(text)
            require((0...MTASTSDocument.longestMaxAge).contains(policy.maxAge), "max_age of \(policy.maxAge)")
            require(policy.mode == .none || !policy.patterns.isEmpty, "a policy without a pattern")
            for pattern in policy.patterns {
                require(MTASTSPattern(pattern.description) == pattern, "a pattern reads back as another: \(pattern)")
                _ = pattern.matches(.sample("mx.example.com"))
            }
        } catch {
            requireSafe(error.description)
        }
        var exchange = HTTPSExchange(address: .sample("192.0.2.80"))
        exchange.response = HTTPResponse(status: 200, contentType: "text/plain", body: input)
        requireSame(exchange, "an exchange")
    }
}

/// Reads records as every reader of TXT records does.
func readTexts(_ texts: [String]) {
    let lookup = TextLookup(texts)
    for reading in [said(MTASTSRecord(lookup).reading), said(TLSRPTRecord(lookup).reading)] {
        if let why = reading { requireSafe(why) }
    }
    for version in [MTASTSAnnouncement.version, TLSRPTRequest.version] {
        for text in lookup.nearMisses(version) { requireSafe(TextLookup.whyIgnored(text, version)) }
    }
}

private func said<Record>(_ reading: RecordReading<Record>) -> String? {
    if case .invalid(let why) = reading { why } else { nil }
}
