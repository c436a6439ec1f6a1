extension String {
    /// The phrase as a sentence.
    package var sentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }

    /// The sentence as a phrase, fit for the middle of another.
    package var asPhrase: String {
        let text = hasSuffix(".") ? dropLast() : self[...]
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
