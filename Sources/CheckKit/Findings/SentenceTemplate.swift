/// Why a text makes no sentence.
public enum SentenceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A name in braces that nothing declares.
    case undeclared(String)
    /// A brace without its counterpart.
    case unbalanced

    /// One sentence.
    public var description: String {
        switch self {
        case .undeclared(let name): "The sentence names {\(name)}, which is not among the arguments."
        case .unbalanced: "A brace of the sentence has no counterpart."
        }
    }
}

extension Sentence {
    /// A sentence from text, as a check that is not written in Swift declares it: `The key has {bits} bits.` Every name in braces
    /// must be declared.
    public init(template: String, declaring arguments: [FindingArgument]) throws(SentenceError) {
        var pieces: [Piece] = []
        for (index, part) in template.split(separator: "{", omittingEmptySubsequences: false).enumerated() {
            var words = part
            if index > 0 {
                guard let end = part.firstIndex(of: "}") else { throw .unbalanced }
                let name = part[..<end]
                guard let argument = arguments.first(where: { $0.name == name }) else {
                    throw .undeclared(String(name))
                }
                pieces.append(.value(argument, .plain))
                words = part[part.index(after: end)...]
            }
            guard !words.contains("}") else { throw .unbalanced }
            if !words.isEmpty { pieces.append(.words(String(words))) }
        }
        self.init(pieces: pieces)
    }
}
