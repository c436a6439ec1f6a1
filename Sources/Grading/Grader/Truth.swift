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
    static func all(_ parts: some Sequence<Truth>) -> Truth {
        let parts = Set(parts)
        return [.no, .void, .unknown].first(where: parts.contains) ?? .yes
    }

    /// At least one of them; parts about nothing do not count.
    static func any(_ parts: some Sequence<Truth>) -> Truth {
        let parts = Set(parts)
        return [.yes, .unknown, .no].first(where: parts.contains) ?? .void
    }

    /// At every place where the question arises, and at one at least.
    static func every(_ parts: some Sequence<Truth>) -> Truth {
        let parts = Set(parts)
        return [.no, .unknown, .yes].first(where: parts.contains) ?? .void
    }
}
