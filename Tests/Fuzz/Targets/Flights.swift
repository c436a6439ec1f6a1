import MailModel

@testable import TLSHello

extension FuzzTarget {
    /// A server's flight of every version: the first octet chooses the question and how the rest is cut into pieces. The answer must
    /// not depend on the cut.
    static let flights = FuzzTarget("tls-flights") { input in
        guard let control = input.first else { return }
        let depth = HelloOffer.Depth(rawValue: Int(control % 3)) ?? .flight
        let versions: Set<TLSVersion> = control & 0x80 == 0 ? [.tls12, .tls13] : [.ssl2]
        let offer = HelloOffer(versions: versions, suites: [0xC02F], depth: depth)
        var whole = FlightReader(offer)
        _ = whole.append(input.dropFirst())
        var pieces = FlightReader(offer)
        for piece in input.dropFirst().cut(into: Int(control >> 2 & 0x1F) + 1) { _ = pieces.append(piece) }
        let answer = whole.finish()
        require(
            answer.withoutQuote == pieces.finish().withoutQuote, "the answer depends on how the octets were cut")
        if case .unreadable(let why) = answer { requireSafe(why) }
    }

    /// What follows a HeartbeatRequest, cut likewise.
    static let heartbeats = FuzzTarget("heartbeats") { input in
        guard let control = input.first else { return }
        var whole = HeartbeatReader()
        _ = whole.append(input.dropFirst())
        var pieces = HeartbeatReader()
        for piece in input.dropFirst().cut(into: Int(control >> 2) + 1) where !pieces.append(piece) { break }
        require(whole.hasResponse == pieces.hasResponse, "the answer depends on how the octets were cut")
    }
}

extension ArraySlice<UInt8> {
    /// Pieces of a size, the last maybe shorter.
    func cut(into size: Int) -> [ArraySlice<UInt8>] {
        stride(from: startIndex, to: endIndex, by: size).map { self[$0..<Swift.min($0 + size, endIndex)] }
    }
}

extension HelloAnswer {
    /// What is quoted of an answer that is not TLS is what had come by then.
    fileprivate var withoutQuote: HelloAnswer {
        if case .unreadable(let text) = self { .unreadable(String(text.prefix(21))) } else { self }
    }
}
