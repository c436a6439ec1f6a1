extension String {
    /// The text with every character that could steer a terminal or disguise other text written as an escape.
    ///
    /// Control characters (C0, C1, DEL), line separators, invisible characters and bidirectional overrides become `\u{…}`, and so do
    /// combining marks behind `SteeringScan.mostMarks` others: a heap of them would cover the lines around it. The rest stays.
    public var escapedForTerminal: String {
        var scan = SteeringScan()
        guard unicodeScalars.contains(where: { scan.steers($0) }) else { return self }
        scan = SteeringScan()
        return unicodeScalars.reduce(into: "") { $0 += scan.written($1) }
    }
}

/// Tells, scalar by scalar of a text, what must be written as an escape.
package struct SteeringScan {
    /// So many combining marks may follow each other: Vietnamese, Hebrew with accents and Tibetan have up to four on a letter.
    package static let mostMarks = 4

    private var marks = 0

    /// At the beginning of a text.
    package init() {}

    /// Whether the next scalar steers.
    package mutating func steers(_ scalar: Unicode.Scalar) -> Bool {
        marks = scalar.isCombining ? marks + 1 : 0
        return scalar.steersTerminal || marks > Self.mostMarks
    }

    /// The next scalar as it may stand on a terminal: itself, or an escape.
    package mutating func written(_ scalar: Unicode.Scalar) -> String {
        steers(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
}

extension Unicode.Scalar {
    fileprivate var isCombining: Bool {
        guard value >= 0x300 else { return false }
        return switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }

    fileprivate var steersTerminal: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0xAD, 0x061C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}
