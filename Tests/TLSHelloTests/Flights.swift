import MailModel

@testable import TLSHello

/// Servers' flights, put together field by field.
enum Flight {
    static func record(_ type: UInt8, _ content: [UInt8], minor: UInt8 = 3) -> [UInt8] {
        [type, 3, minor, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }

    static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    static func vector(_ octets: Int, _ content: [UInt8]) -> [UInt8] {
        (0..<octets).reversed().map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) } + content
    }

    static func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    static func serverHello(
        _ version: UInt16 = 0x0303, suite: UInt16, extensions: [(UInt16, [UInt8])] = [], random: [UInt8]? = nil
    ) -> [UInt8] {
        let list = extensions.flatMap { number($0.0) + vector(2, $0.1) }
        return message(
            2,
            number(version) + (random ?? [UInt8](repeating: 7, count: 32)) + vector(1, []) + number(suite) + [0]
                + (extensions.isEmpty ? [] : vector(2, list)))
    }

    static func retryRequest(suite: UInt16, group: UInt16) -> [UInt8] {
        serverHello(
            suite: suite, extensions: [(43, [3, 4]), (51, number(group))], random: ServerHello.retryRandom)
    }

    static func certificates(_ list: [[UInt8]]) -> [UInt8] { message(11, vector(3, list.flatMap { vector(3, $0) })) }

    static func curveKey(_ group: UInt16, scheme: UInt16? = 0x0804) -> [UInt8] {
        message(
            12, [3] + number(group) + vector(1, [4, 1, 2]) + (scheme.map { number($0) + vector(2, [9, 9]) } ?? []))
    }

    static func fieldKey(_ prime: [UInt8], generator: [UInt8] = [2], scheme: UInt16? = 0x0401) -> [UInt8] {
        message(
            12,
            vector(2, prime) + vector(2, generator) + vector(2, [5])
                + (scheme.map { number($0) + vector(2, [9, 9]) } ?? []))
    }

    static let done = message(14, [])

    /// A whole flight of TLS 1.2, each message in a record of its own.
    static let tls12 = [
        serverHello(suite: 0xC02F, extensions: [(0xFF01, [0]), (23, [])]),
        certificates([[1, 2, 3], [4, 5]]), message(22, [1] + vector(3, [6, 6, 6])), curveKey(0x001D), done,
    ].flatMap { record(22, $0) }
}

extension HelloOffer {
    static func sample(_ depth: Depth, versions: Set<TLSVersion> = [.tls12]) -> HelloOffer {
        HelloOffer(versions: versions, suites: [0xC02F, 0x002F], depth: depth)
    }
}

/// What a reader makes of bytes that come at once.
func read(_ bytes: [UInt8], _ depth: HelloOffer.Depth = .flight, ssl2: Bool = false) -> HelloAnswer {
    var reader = FlightReader(.sample(depth, versions: ssl2 ? [.ssl2] : [.tls12]))
    return reader.append(bytes) ?? reader.finish()
}

/// A generator that gives the same numbers in every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
