/// What libyaml complains about, in words for people who write profiles: what is wrong on the line and what to do about it.
enum YAMLWording {
    /// A complaint about what begins with this character, if there is one.
    static func message(_ problem: String, at character: Unicode.Scalar?) -> String {
        switch problem {
        case "found character that cannot start any token":
            guard let character, character != "\t" else { return "a tab here: indent with blanks" }
            return "text that begins with '\(character)' must be in quotes"
        case "did not find expected key":
            return "this line is indented unlike the lines above it, so it belongs to none of them"
        case "did not find expected '-' indicator":
            return "this line is indented unlike the items of the list above it: an item begins with '- '"
        case "mapping values are not allowed in this context":
            return "a colon inside text: put the text in quotes, or indent the line like those it belongs to"
        case "did not find expected ',' or '}'": return "a comma or '}' is missing before this"
        case "did not find expected ',' or ']'": return "a comma or ']' is missing before this"
        case "could not find expected ':'": return "a colon and a blank are missing behind the key"
        case "found unexpected end of stream": return "the file ends inside quotes"
        default: return problem
        }
    }

    /// What the complaint refers to; nil where that says nothing more.
    static func note(_ context: String) -> String? {
        switch context {
        case "while scanning for the next token": nil
        case "while parsing a block mapping": "the map above begins here"
        case "while parsing a block collection": "the list above begins here"
        case "while parsing a flow mapping", "while parsing a flow sequence": "the bracket was opened here"
        case "while scanning a quoted scalar": "the quote was opened here"
        case "while scanning a simple key": "the key begins here"
        default: context
        }
    }
}
