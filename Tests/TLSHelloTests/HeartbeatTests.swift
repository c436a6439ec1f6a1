import MailModel
import Testing

@testable import TLSHello

@Suite("Heartbeats")
struct HeartbeatTests {
    @Test("RFC 6520, section 4: the request claims more than its payload, and no more than the record holds")
    func request() {
        let bytes = OverlongHeartbeat.record(.tls11)
        let length = Int(bytes[3]) << 8 | Int(bytes[4])
        let claimed = Int(bytes[6]) << 8 | Int(bytes[7])
        #expect(Array(bytes.prefix(3)) == [24, 3, 2] && bytes[5] == 1)
        // Type, length, payload and at least 16 octets of padding must fit: a server that checks throws it away.
        #expect(1 + 2 + claimed + 16 > length)
        // One that does not check copies what it claims, and all of that is ours.
        #expect(1 + 2 + claimed == length)
        #expect(Array(bytes.dropFirst(5 + length)) == [21, 3, 2, 0, 2, 2, 90])
    }

    @Test("a response is seen behind other records, in pieces of any size", arguments: 1...9)
    func response(size: Int) {
        let bytes = Flight.record(22, [14, 0, 0, 0]) + Flight.record(21, [2, 10]) + Flight.record(24, [2, 0, 1, 5])
        var reader = HeartbeatReader()
        var rest = bytes[...]
        while !rest.isEmpty {
            _ = reader.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(reader.hasResponse)
    }

    @Test("there is none in a flight without one, nor in a record\u{2019}s content")
    func none() {
        var reader = HeartbeatReader()
        let goesOn = reader.append(Flight.tls12 + Flight.record(23, [24, 3, 3, 0, 1, 2]))
        #expect(goesOn && !reader.hasResponse)
    }

    @Test("it stops reading a server that does not stop sending")
    func bounded() {
        var reader = HeartbeatReader()
        let record = Flight.record(22, [UInt8](repeating: 0, count: 16_000))
        var goesOn: [Bool] = []
        for _ in 0..<5 { goesOn.append(reader.append(record)) }
        #expect(goesOn == [true, true, true, true, false])
    }

    @Test("no bytes make it trap")
    func hostile() {
        var dice = Dice(state: 1)
        for _ in 0..<2000 {
            var reader = HeartbeatReader()
            for _ in 0..<4 {
                _ = reader.append(
                    (0..<Int.random(in: 0...40, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) })
            }
        }
    }
}
