import MailModel
import Testing

@testable import TLSHello

/// Properties that must hold for any bytes. A trap ends the test run, so reaching the end is the proof.
@Suite("Hostile bytes")
struct HostileBytesTests {
    static let flights: [[UInt8]] = [
        Flight.tls12,
        Flight.record(22, Flight.retryRequest(suite: 0x1301, group: 29)),
        Flight.record(22, Flight.serverHello(suite: 0x0033) + Flight.fieldKey([0, 7, 7]) + Flight.done),
        [0x80, 13, 4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 1, 0, 0x80],
    ]

    @Test("are read to the same answer however they are cut into pieces", arguments: flights)
    func chunking(flight: [UInt8]) {
        var dice = Dice(state: UInt64(flight.count))
        for _ in 0..<300 {
            let bytes = mutated(flight, &dice)
            for depth in [HelloOffer.Depth.choice, .keyExchange, .flight] {
                var reader = FlightReader(.sample(depth, versions: bytes.first ?? 0 > 127 ? [.ssl2] : [.tls12]))
                let whole = read(bytes, depth, ssl2: bytes.first ?? 0 > 127)
                for byte in bytes { _ = reader.append([byte]) }
                #expect(reader.finish().withoutQuote == whole.withoutQuote)
            }
        }
    }

    @Test("never trap the reader, whatever they are")
    func noise() {
        var dice = Dice(state: 42)
        for round in 0..<3000 {
            var bytes = (0..<Int.random(in: 0..<400, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
            if round % 2 == 0 { bytes = Flight.record(22, Array(bytes.prefix(300))) }
            _ = read(bytes, .flight)
            _ = read(bytes, .flight, ssl2: true)
        }
    }

    private func mutated(_ flight: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = flight
        for _ in 0..<Int.random(in: 0...3, using: &dice) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &dice)
            switch Int.random(in: 0..<4, using: &dice) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes.removeSubrange(index...)
            case 2: bytes.insert(0xFF, at: index)
            default: bytes[index] ^= 1
            }
        }
        return bytes
    }
}

extension HelloAnswer {
    /// What is quoted of an answer that is not TLS is what had come by then.
    fileprivate var withoutQuote: HelloAnswer {
        if case .unreadable(let text) = self { .unreadable(String(text.prefix(21))) } else { self }
    }
}
