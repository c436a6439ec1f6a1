extension String {
    /// How many columns of a terminal the text takes; rather too many than too few, so that nothing wraps by surprise.
    ///
    /// East Asian wide characters and emoji take two (Unicode Standard Annex 11), marks that combine take none.
    public var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// The text cut to a number of columns, with an ellipsis where something was cut off.
    public func truncated(to width: Int) -> String {
        guard columns > width else { return self }
        guard width > 1 else { return width == 1 ? "\u{2026}" : "" }
        let (head, _) = split(atColumn: width - 1)
        return head + "\u{2026}"
    }

    /// The longest beginning that fits into a number of columns, and the rest.
    func split(atColumn width: Int) -> (head: String, rest: String) {
        var head = String.UnicodeScalarView()
        var used = 0
        for scalar in unicodeScalars {
            guard used + scalar.columns <= width else { break }
            used += scalar.columns
            head.append(scalar)
        }
        return (String(head), String(unicodeScalars.dropFirst(head.count)))
    }
}

extension Unicode.Scalar {
    fileprivate var columns: Int {
        if value < 0x300 { return 1 }
        if properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark { return 0 }
        switch value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F000...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return properties.isEmojiPresentation ? 2 : 1
        }
    }
}
