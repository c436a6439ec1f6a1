// One hello, and what it tells. Machines may take turns behind the address: what may be chance is asked again.
internal import CheckKit
internal import MailModel
internal import TLSHello

extension TLSInquiry {
    /// What one hello has told.
    enum Heard: Sendable {
        case choice(ServerChoice)
        /// The server answered, and went along with nothing of it.
        case refused(String)
        /// It hung up after the ClientHello, twice. Old servers refuse so; throttling ones too.
        case hungUp
        case silent
        /// It chose something and failed then, for a reason of its own.
        case failedInside
        case unknown(String)

        var isAnswer: Bool {
            switch self {
            case .choice, .refused, .failedInside: true
            case .hungUp, .silent, .unknown: false
            }
        }

        var isSilence: Bool { if case .silent = self { true } else { false } }
        var isHangUp: Bool { if case .hungUp = self { true } else { false } }

        /// Whether the server went along now, or at least answered a hello that it had hung up on.
        func isAnother(than first: Heard) -> Bool {
            switch (first, self) {
            case (.hungUp, .hungUp): false
            case (.hungUp, _), (.refused, .choice): true
            default: false
            }
        }
    }

    /// Asks again when it is hung up on, with nobody in between: machines may take turns. An alert is asked again where it would
    /// be odd, or where refusals are known to be chance.
    func hear(_ offer: HelloOffer, isRefusalOdd: Bool = false) async -> Heard {
        let first = await hearOnce(offer)
        let isByChance = isByChance.withLock { $0 }
        let repetitions =
            switch first {
            case .hungUp: isByChance ? 4 : 1
            case .refused: isByChance ? 2 : isRefusalOdd ? 1 : 0
            default: 0
            }
        guard repetitions > 0 else { return first }
        do {
            return try await smtp.alone(with: server) {
                for _ in 0..<repetitions {
                    let again = await hearOnce(offer)
                    if again.isAnother(than: first) {
                        note(chance: first)
                        return again
                    }
                }
                return first
            }
        } catch {
            return .unknown(Obstacle.cancelled.description)
        }
    }

    private func note(chance heard: Heard) {
        isByChance.withLock { $0 = true }
        // Hang-ups are counted.
        if case .refused(let alert) = heard { draft.update { $0.note(Sighting(.handshake, alert, isBreak: true)) } }
    }

    /// What one hello tells.
    private func hearOnce(_ offer: HelloOffer) async -> Heard {
        do throws(Obstacle) {
            switch try await questioner.ask(offer) {
            case .chosen(let choice):
                guard offer.versions.contains(choice.version) else {
                    return .unknown("the server chose \(choice.version), which was not offered")
                }
                note(TLSVersionAnswer(choice))
                noteKeys(choice)
                return .choice(choice)
            case .alert(let alert): return .refused("alert \(alert)")
            case .hungUp: return .hungUp
            case .unreadable(let why): return .unknown(why)
            }
        } catch {
            switch error {
            case .silent: return .silent
            case .internalError: return .failedInside
            default: return .unknown(error.description)
            }
        }
    }
}
