public import CheckKit

/// A grade with everything that led to it: from the findings over credit and caps to the letter.
public struct Assessment: Sendable, Hashable {
    /// The letter; nil when it is withheld, or when the profile has no bands and gives none.
    public var grade: Grade?
    /// Why no letter is given; nil when one is.
    public var withheld: Rule?
    /// Whether what could not be told could still change the letter.
    public var isProvisional: Bool
    /// The letters between which the grade lies, whatever the open questions turn out to be; nil when it is withheld.
    public var range: GradeRange?
    /// The score, from 0 to 100; nil when nothing that has a weight could be judged.
    public var score: Double?
    /// The letter that the score alone earns, and the score it begins at.
    public var band: Profile.Band?
    /// The caps that fire, lowest letter first.
    public var caps: [Cap] = []
    /// The caps of which it cannot be told whether they fire, lowest letter first.
    public var openCaps: [Cap] = []
    /// What each check contributes, in the order of the plugins.
    public var credits: [CheckCredit]
    /// What could not be told, in the order of the plugins, then by place.
    public var openQuestions: [OpenQuestion]
    /// What became of the profile's waivers, in its order.
    public var waivers: [WaiverReport] = []
    /// The answers to the profile's requirements; nil where it has none.
    public var compliance: Compliance?
    /// The class of domains that it was judged as, by its name in the profile; nil for any other domain.
    public var domainClass: String?

    /// The best and the worst that a grade can still become.
    public struct GradeRange: Sendable, Hashable {
        /// The letter if every open question is answered badly.
        public let worst: Grade
        /// The letter if every open question is answered well.
        public let best: Grade
    }

    /// A rule of the profile that applies, with what makes it apply.
    public struct Rule: Sendable, Hashable {
        /// Its name in the profile.
        public let id: String
        /// The reason, one sentence.
        public let because: String
        /// The outcomes that make it apply.
        public let triggers: [Trigger]
    }

    /// A cap with what makes it fire.
    public struct Cap: Sendable, Hashable {
        /// The best letter that is left.
        public let atMost: Grade
        /// The cap.
        public let rule: Rule
    }

    /// What one check contributes to the score.
    public struct CheckCredit: Sendable, Hashable {
        /// The check.
        public let check: String
        /// Its weight in the profile.
        public let weight: Double
        /// From 0 to 1, the mean over the places where it could be judged; nil where that is none.
        public let credit: Double?
        /// How many points of the score it takes away: 0 when everything passed.
        public let pointsLost: Double
        /// The bonus points that it earned.
        public let bonus: Double
        /// At how many places it was judged.
        public let judged: Int
        /// At how many places it could not be told.
        public let inconclusive: Int
    }

    /// A check that could not be judged at a place, or not in full.
    public struct OpenQuestion: Sendable, Hashable {
        /// The check.
        public let check: String
        /// Where.
        public let place: Place
        /// The codes of which it could not be told, in order; empty where that is all of them.
        public let codes: [String]
        /// Why not, a phrase.
        public let why: String
    }
}

/// An outcome that makes a rule apply.
public struct Trigger: Sendable, Hashable {
    /// The check.
    public let check: String
    /// The finding, where the rule names one.
    public let code: String?
    /// Where.
    public let place: Place
}

extension Assessment {
    /// The chain of reasons for the letter, the deciding one first; what decides is what leaves no better letter.
    public var because: [Reason] {
        guard let grade else { return withheld.map { [.withheld($0)] } ?? [] }
        let reasons = caps.map { Reason.cap($0) } + (band.map { [.band($0, score: score ?? 0)] } ?? [])
        return reasons.filter { $0.grade == grade } + reasons.filter { $0.grade != grade }
    }

    /// One reason.
    public enum Reason: Sendable, Hashable {
        /// No letter.
        case withheld(Rule)
        /// A cap fires.
        case cap(Cap)
        /// The score lies in this band.
        case band(Profile.Band, score: Double)

        /// The best letter that this reason leaves.
        public var grade: Grade? {
            switch self {
            case .withheld: nil
            case .cap(let cap): cap.atMost
            case .band(let band, _): band.grade
            }
        }

        /// One sentence for a report.
        public var sentence: String {
            switch self {
            case .withheld(let rule): rule.because
            case .cap(let cap): cap.rule.because
            case .band(let band, let score):
                "The score of \(score.roundedDown) earns \(band.grade) (\(band.from.roundedDown) or more)."
            }
        }
    }
}

extension Double {
    /// Rounded down to one decimal, so that a score never seems to have reached a band that it missed.
    var roundedDown: String {
        let tenths = Int((self * 10 + 1e-8).rounded(.down))
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
