/// What a condition comes to.
enum Truth: Hashable, Sendable {
    case yes
    case no
    /// Something it looks at could not be told.
    case unknown
    /// It is about nothing: no place at which the question arises. Neither this nor its opposite ever fires anything.
    case void

    var opposite: Truth {
        switch self {
        case .yes: .no
        case .no: .yes
        case .unknown, .void: self
        }
    }

    /// Each of them; about nothing as soon as one part is and none is false.
    static func all<Part>(_ parts: [Part], _ truth: (Part) -> Truth) -> Truth {
        strongest(.no, .void, .unknown, in: parts, truth) ?? .yes
    }

    /// At least one of them; parts about nothing do not count.
    static func any<Part>(_ parts: [Part], _ truth: (Part) -> Truth) -> Truth {
        strongest(.yes, .unknown, .no, in: parts, truth) ?? .void
    }

    /// At every place where the question arises, and at one at least.
    static func every<Part>(_ parts: [Part], _ truth: (Part) -> Truth) -> Truth {
        strongest(.no, .unknown, .yes, in: parts, truth) ?? .void
    }

    /// The first of three truths that a part has. Behind the first of all nothing needs to be looked at.
    private static func strongest<Part>(
        _ first: Truth, _ second: Truth, _ third: Truth, in parts: [Part], _ truth: (Part) -> Truth
    ) -> Truth? {
        var (hasSecond, hasThird) = (false, false)
        for part in parts {
            let one = truth(part)
            if one == first { return first }
            hasSecond = hasSecond || one == second
            hasThird = hasThird || one == third
        }
        return hasSecond ? second : hasThird ? third : nil
    }
}
