import MailModel
import TLSHello

/// Feeds the readers of servers' flights and of what follows a heartbeat: the first octet chooses the question and how the
/// rest is cut into pieces.
///
/// A trap is a crash for the fuzzer. Beyond that: the answer must not depend on where the bytes are cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let control = input.first else { return 0 }
    let depth = HelloOffer.Depth(rawValue: Int(control % 3)) ?? .flight
    let versions: Set<TLSVersion> = control & 0x80 == 0 ? [.tls12, .tls13] : [.ssl2]
    let bytes = input.dropFirst()
    let offer = HelloOffer(versions: versions, suites: [0xC02F], depth: depth)

    var whole = FlightReader(offer)
    _ = whole.append(bytes)
    var pieces = FlightReader(offer)
    var wholeHeartbeat = HeartbeatReader()
    var heartbeatInPieces = HeartbeatReader()
    _ = wholeHeartbeat.append(bytes)
    var isOpen = true
    let step = Int(control >> 2 & 0x1F) + 1
    var rest = bytes
    while !rest.isEmpty {
        _ = pieces.append(rest.prefix(step))
        if isOpen { isOpen = heartbeatInPieces.append(rest.prefix(step)) }
        rest = rest.dropFirst(step)
    }
    guard whole.finish().withoutQuote == pieces.finish().withoutQuote,
        wholeHeartbeat.hasResponse == heartbeatInPieces.hasResponse
    else {
        fatalError("the answer depends on how the bytes were cut")
    }
    return 0
}

extension HelloAnswer {
    /// What is quoted of an answer that is not TLS is what had come by then.
    fileprivate var withoutQuote: HelloAnswer {
        if case .unreadable(let text) = self { .unreadable(String(text.prefix(21))) } else { self }
    }
}
