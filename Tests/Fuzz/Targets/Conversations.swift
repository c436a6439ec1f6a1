import CheckEngine
import CheckKitTesting
import FoundationEssentials
import MailgradeKit

@testable import CheckKit
@testable import LiveWire
@testable import MailModel

extension FuzzTarget {
    /// Whole conversations with one server, then the judgement under the default profile, then every format.
    ///
    /// An input is a script, one line a step: octets that the server sends, `!` and an event, `>` for a command of ours, whatever it
    /// is, `---` for the next connection, and `@` with a line of the zone.
    static let conversations = FuzzTarget("conversations") { input in
        let script = FuzzedScript(input)
        let evidence = wait {
            let ledger = ConnectionLedger()
            let smtp = ScriptedSMTP([CheckBench.server: script.connections], ledger: ledger) { offer in
                guard let version = offer.versions.contains(script.version) ? script.version : nil else {
                    throw WireFailure.handshake(reason: "no common version", alert: "protocol_version")
                }
                return .scripted(version: version, serverName: offer.serverName)
            } answer: { offer in
                guard let suite = offer.suites.first, let version = offer.versions.max() else { return .hungUp }
                return script.isChoosy
                    ? .alert(TLSAlert(code: 40)) : .chosen(ServerChoice(version: version, suite: suite))
            }
            let wire = Wire(
                dns: ScriptedDNS(script.zone), smtp: smtp, https: ScriptedHTTPS(), pki: NoCertificateVerifier(),
                ledger: ledger)
            return await Collector(Application.policies.plan, wire: wire, settings: RunSettings())
                .collect(.sample("example.com"), at: Date(timeIntervalSince1970: 1_700_000_000))
        }
        Application.show(evidence, formats: input.sum)
    }
}

/// An input as what a scripted server plays.
private struct FuzzedScript {
    /// The events that take no time; a server that hangs would have the fuzzer wait.
    private static let events: Set<Substring> = [
        "tls", "tls-failure", "tls-alert", "alert", "garbage", "renegotiated", "no-renegotiation", "heartbeat",
        "no-heartbeat", "plaintext", "close", "reset", "refused", "no-route", "timeout", "special-address",
    ]

    private(set) var connections: [Script] = []
    private(set) var zone = "example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n"
    let version: TLSVersion
    /// Whether every ClientHello of the prober is refused.
    let isChoosy: Bool

    init(_ input: [UInt8]) {
        let sum = input.sum &>> 2
        version = TLSVersion.allCases[Int(sum) % TLSVersion.allCases.count]
        isChoosy = sum & 0x20 == 0
        var lines: [Script.Line] = []
        for line in input.split(separator: 0x0A).prefix(400) {
            switch line.first {
            case UInt8(ascii: "!"):
                let event = String(decoding: line.dropFirst(), as: UTF8.self).drop { $0 == " " }
                if Self.events.contains(event.prefix { $0 != " " }) { lines.append(.event(String(event))) }
            case UInt8(ascii: ">"): lines.append(.client("…"))
            case UInt8(ascii: "@"):
                let entry = String(decoding: line.dropFirst(), as: UTF8.self)
                if !entry.contains("hang"), ScriptedDNS(entry).faults.isEmpty { zone += entry + "\n" }
            case UInt8(ascii: "-") where line.starts(with: "---".utf8):
                connections.append(Script(lines: lines))
                lines = []
            default: lines += Self.said(line)
            }
        }
        connections.append(Script(lines: lines))
    }

    /// What the octets are to the parser of the live wire.
    private static func said(_ octets: ArraySlice<UInt8>) -> [Script.Line] {
        var parser = ReplyParser()
        var lines: [Script.Line] = []
        do throws(WireFailure) {
            parser.append(octets + [0x0D, 0x0A])
            while let event = try parser.next() {
                if case .line(let text) = event { lines.append(.server(text)) }
            }
            return lines
        } catch {
            return [.event("garbage \(ReplyParser.excerpt(octets))")]
        }
    }
}
