import CheckKit
import MailModel
import TLSHello

extension FuzzTarget {
    /// A server that answers as it likes, whatever it is asked: suites that nobody offered, other versions, silence. Asking comes to an
    /// end all the same, after no more connections than the worst honest server takes.
    static let questions = FuzzTarget("questions") { input in
        let asked = wait {
            let server = WilfulServer(input)
            let questioner = Questioner { try await server.answer($0) }
            let shape = HelloOffer(versions: [.tls12], suites: [], serverName: .sample("mx.example.com"))
            let version = TLSVersion.allCases[Int(input.first ?? 0) % TLSVersion.allCases.count]
            let lanes = Int(input.dropFirst().first ?? 0) % 4 + 1
            if input.count % 2 == 0, version > .ssl2 {
                _ = await Enumeration(shape: shape, lanes: lanes).run(version, questioner)
            } else {
                let classes = (0..<6).map { index in
                    ClassQuestion.Class("class \(index)") { Int($0.code) % 6 == index }
                }
                _ = await ClassQuestion(classes, versions: [.tls10, .tls12], shape: shape).run(questioner)
            }
            return await questioner.connections
        }
        require(asked <= 1_500, "\(asked) connections to one server")
    }
}

/// Takes its answers from an input, four octets each, and refuses when they are used up.
private actor WilfulServer {
    private var rest: InputReader

    init(_ input: [UInt8]) { rest = InputReader(Array(input.dropFirst(2))) }

    func answer(_ offer: HelloOffer) throws -> HelloAnswer {
        guard !rest.isAtEnd else { return .alert(TLSAlert(code: 40)) }
        let (kind, first, second) = (rest.octet(), rest.octet(), rest.octet())
        let version = TLSVersion.allCases[Int(rest.octet()) % TLSVersion.allCases.count]
        switch kind % 10 {
        case 0...4:
            let suite = offer.suites.isEmpty ? 0 : offer.suites[Int(first) % offer.suites.count]
            let group = offer.groups.isEmpty ? nil : offer.groups[Int(second) % offer.groups.count]
            return .chosen(ServerChoice(version: offer.versions.max() ?? version, suite: suite, group: group))
        case 5: return .chosen(ServerChoice(version: version, suite: UInt16(first) << 8 | UInt16(second), group: 29))
        case 6: return .alert(TLSAlert(code: first))
        case 7: return .hungUp
        case 8: return .unreadable("this is no TLS")
        default: throw failure(first)
        }
    }

    private func failure(_ kind: UInt8) -> WireFailure {
        switch kind % 6 {
        case 0: .timedOut(stage: "handshake")
        case 1: .rejected(SMTPReply(421, "4.7.0 too many connections"))
        case 2: .refused
        case 3: .reset
        case 4: .protocolError("this time STARTTLS was not offered")
        default: .closedEarly(stage: "greeting")
        }
    }
}
