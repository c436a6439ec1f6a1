extension String {
    /// The text, or its beginning and an ellipsis where it has more than so many Unicode scalars.
    ///
    /// Scalars, not characters: one character may be a letter with a million combining marks on it.
    package func shortened(to most: Int) -> String {
        guard unicodeScalars.dropFirst(most).first != nil else { return self }
        return String(unicodeScalars.prefix(most - 1)) + "\u{2026}"
    }
}
