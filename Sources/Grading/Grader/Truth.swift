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
    static func all(_ parts: [Truth]) -> Truth {
        first(of: [.no, .void, .unknown], in: parts) ?? .yes
    }

    /// At least one of them; parts about nothing do not count.
    static func any(_ parts: [Truth]) -> Truth {
        first(of: [.yes, .unknown, .no], in: parts) ?? .void
    }

    /// At every place where the question arises, and at one at least.
    static func every(_ parts: [Truth]) -> Truth {
        first(of: [.no, .unknown, .yes], in: parts) ?? .void
    }

    /// The strongest truth among the parts.
    private static func first(of order: [Truth], in parts: [Truth]) -> Truth? {
        order.first { parts.contains($0) }
    }
}
