/// A check's knobs, which a profile may turn. `init()` gives the documented defaults.
public protocol Parameters: DomainNeed, HostNeed, AddressNeed, ServerNeed, Equatable {
    /// The defaults.
    init()
    /// What can be turned; YAML, its JSON Schema and the docs all come from this list.
    static var knobs: [Knob<Self>] { get }
}

extension Parameters {
    /// Not a fact.
    public static var dependency: Dependency? { nil }

    /// The profile's values, or the defaults.
    public static func draw(from inputs: Inputs) throws(Absence) -> Self {
        inputs.parameters as? Self ?? Self()
    }
}

/// A value as a profile writes it.
public enum ParameterValue: Sendable, Hashable {
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([String])
}

/// The type of a knob, as error messages and schemas name it.
public enum KnobType: Sendable, Hashable, CustomStringConvertible {
    case flag
    case integer(ClosedRange<Int>)
    case number
    case text
    case choice([String])
    case choices([String])
    /// A list from a closed set that is too long to be spelt out; the text says of what, the list has every name.
    case names(String, [String])

    /// A phrase such as `a whole number from 0 to 10`.
    public var description: String {
        switch self {
        case .flag: "true or false"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number: "a number"
        case .text: "text"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .choices(let words): "a list of \(words.joined(separator: ", "))"
        case .names(let what, _): "a list of \(what)"
        }
    }
}

/// One knob: its key in the profile, what it is for, and where its value goes.
public struct Knob<P: Parameters>: Sendable {
    /// The key in the profile.
    public let key: String
    /// What values it takes.
    public let type: KnobType
    /// What it does, one sentence.
    public let doc: String
    let set: @Sendable (inout P, ParameterValue) -> Bool
    let get: @Sendable (P) -> ParameterValue

    /// A knob that is on or off.
    public static func flag(_ key: String, _ path: any WritableKeyPath<P, Bool> & Sendable, doc: String) -> Knob {
        Knob(key: key, type: .flag, doc: doc) { parameters, value in
            guard case .flag(let flag) = value else { return false }
            parameters[keyPath: path] = flag
            return true
        } get: {
            .flag($0[keyPath: path])
        }
    }

    /// A knob that takes a whole number.
    public static func integer(
        _ key: String, _ path: any WritableKeyPath<P, Int> & Sendable, in range: ClosedRange<Int>, doc: String
    ) -> Knob {
        Knob(key: key, type: .integer(range), doc: doc) { parameters, value in
            guard case .integer(let number) = value, range.contains(number) else { return false }
            parameters[keyPath: path] = number
            return true
        } get: {
            .integer($0[keyPath: path])
        }
    }

    /// A knob that takes text.
    public static func text(_ key: String, _ path: any WritableKeyPath<P, String> & Sendable, doc: String) -> Knob {
        Knob(key: key, type: .text, doc: doc) { parameters, value in
            guard case .text(let text) = value else { return false }
            parameters[keyPath: path] = text
            return true
        } get: {
            .text($0[keyPath: path])
        }
    }

    /// A knob that takes a list of words from a closed set.
    public static func choices<Word: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, _ path: any WritableKeyPath<P, [Word]> & Sendable, doc: String
    ) -> Knob {
        Knob(key: key, type: .choices(Word.allCases.map { $0.rawValue }), doc: doc) { parameters, value in
            guard case .list(let texts) = value else { return false }
            let words = texts.compactMap { Word(rawValue: $0) }
            guard words.count == texts.count else { return false }
            parameters[keyPath: path] = words
            return true
        } get: {
            .list($0[keyPath: path].map { $0.rawValue })
        }
    }

    /// A knob that takes a list of names from a long closed set; `what` says of what, in the plural.
    public static func names(
        _ key: String, _ path: any WritableKeyPath<P, [String]> & Sendable, of what: String, in known: [String],
        doc: String
    ) -> Knob {
        Knob(key: key, type: .names(what, known), doc: doc) { parameters, value in
            guard case .list(let names) = value, Set(known).isSuperset(of: names) else { return false }
            parameters[keyPath: path] = names
            return true
        } get: {
            .list($0[keyPath: path])
        }
    }
}

/// A check's parameters as the profile reader sees them.
public struct ParametersType: Sendable {
    /// One knob, without its type.
    public struct Entry: Sendable {
        /// The key in the profile.
        public let key: String
        /// What values it takes.
        public let type: KnobType
        /// What it does.
        public let doc: String
        /// The default.
        public let standard: ParameterValue
    }

    private let makeEntries: @Sendable () -> [Entry]
    private let build: @Sendable ([String: ParameterValue]) -> Result<any Parameters, Refusal>

    /// The knob whose value does not fit its type.
    package struct Refusal: Error, Sendable {
        /// The knob.
        package let key: String
    }

    init<P: Parameters>(_: P.Type) {
        // Tables that a default is taken from are read when somebody looks at it.
        makeEntries = {
            let standard = P()
            return P.knobs.map { Entry(key: $0.key, type: $0.type, doc: $0.doc, standard: $0.get(standard)) }
        }
        build = { values in
            var parameters = P()
            for knob in P.knobs {
                guard let value = values[knob.key] else { continue }
                guard knob.set(&parameters, value) else { return .failure(Refusal(key: knob.key)) }
            }
            return .success(parameters)
        }
    }

    /// The knobs.
    public var entries: [Entry] { makeEntries() }

    /// Overlays values on the defaults; keys that are no knob must have been refused before.
    package func parameters(from values: [String: ParameterValue]) throws(Refusal) -> any Parameters {
        try build(values).get()
    }
}
