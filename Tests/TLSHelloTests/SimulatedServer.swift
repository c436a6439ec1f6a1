import MailModel

@testable import TLSHello

/// A server that chooses as servers do, and counts who asks.
final class SimulatedServer: Sendable {
    struct Behaviour: Sendable {
        /// The suites of each version, most wanted first.
        var suites: [TLSVersion: [UInt16]]
        /// The groups, most wanted first.
        var groups: [UInt16] = [0x001D, 0x0017, 0x0018]
        /// Whether its own order counts, or the client's.
        var prefersItsOrder = true
        /// ECDSA suites only for clients that offer this group.
        var certificateCurve: UInt16?
        /// Answers nothing to a hello with more suites.
        var mostSuites = Int.max
        /// Refuses by hanging up instead of an alert.
        var hangsUp = false
        /// Fails inside where it should sign its part of the key exchange.
        var cannotSign = false
        /// Refuses with the alert internal_error.
        var refusesWithInternalError = false
        /// Says 421 to the connections with these numbers, from 1.
        var turnsAway: Set<Int> = []
    }

    let behaviour: Behaviour
    private let offers = Locked<[HelloOffer]>([])

    init(_ behaviour: Behaviour) { self.behaviour = behaviour }

    convenience init(_ suites: [TLSVersion: [UInt16]], change: (inout Behaviour) -> Void = { _ in }) {
        var behaviour = Behaviour(suites: suites)
        change(&behaviour)
        self.init(behaviour)
    }

    /// Every question, in order.
    var asked: [HelloOffer] { offers.withLock { $0 } }

    func questioner(tries: Int = 2) -> Questioner {
        Questioner(tries: tries) { offer in
            let number = self.offers.withLock { offers in
                offers.append(offer)
                return offers.count
            }
            await Task.yield()
            if self.behaviour.turnsAway.contains(number) {
                throw WireFailure.rejected(SMTPReply(421, "4.7.0 too many connections"))
            }
            if offer.suites.count > self.behaviour.mostSuites { throw WireFailure.timedOut(stage: "handshake") }
            return self.answer(offer)
        }
    }

    private func answer(_ offer: HelloOffer) -> HelloAnswer {
        let refusal: HelloAnswer =
            behaviour.hangsUp
            ? .hungUp : .alert(behaviour.refusesWithInternalError ? .internalError : TLSAlert(code: 40))
        guard let version = offer.versions.filter({ behaviour.suites[$0] != nil }).max() else { return refusal }
        let group = pick(behaviour.groups, offer.groups).first
        let usable = pick(behaviour.suites[version] ?? [], offer.suites).first { code in
            let suite = CipherSuite.with(code: code)
            if suite?.authentication == .ecdsa, let curve = behaviour.certificateCurve, !offer.groups.contains(curve) {
                return false
            }
            return group != nil || suite?.keyExchange != .ecdhe && suite?.keyExchange != .any
        }
        guard let usable else { return refusal }
        if behaviour.cannotSign, CipherSuite.with(code: usable)?.keyExchange != .rsa { return .alert(.internalError) }
        let needsGroup = [.ecdhe, .any].contains(CipherSuite.with(code: usable)?.keyExchange)
        return .chosen(ServerChoice(version: version, suite: usable, group: needsGroup ? group : nil))
    }

    private func pick(_ own: [UInt16], _ offered: [UInt16]) -> [UInt16] {
        behaviour.prefersItsOrder ? own.filter(offered.contains) : offered.filter(own.contains)
    }
}

extension HelloOffer {
    static let shape = HelloOffer(versions: [], suites: [])
}
