internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// Reads what a program wrote on standard output. It is as hostile as anything from outside.
package enum ExternalAnswer {
    /// Deeper than any answer has to be.
    private static let deepest = 16
    /// More values than any answer has.
    private static let mostValues = 10_000
    /// More findings than a reader of a report reads.
    private static let mostFindings = 100
    /// The longest reason, in bytes.
    private static let longestReason = 1_000

    /// What is wrong with an answer: a phrase about the program, without a full stop.
    package struct Fault: Error, Sendable, CustomStringConvertible {
        /// The phrase.
        package let description: String
    }

    /// The outcome that these bytes are: `{"outcome": "passed"}`, `{"findings": [{"code": …, "message": …, "arguments": {…}}]}`, or
    /// `{"outcome": "not-applicable", "why": "…"}`, likewise `inconclusive`.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> ExternalOutcome {
        guard bytes.contains(where: { $0 > 0x20 }) else { throw Fault(description: "answered nothing") }
        guard !bytes.contains(0) else { throw Fault(description: "answered with NUL bytes") }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Fault(description: "answered with what is not UTF-8")
        }
        do throws(JSONShape.Fault) {
            try JSONShape.check(bytes, mostValues: mostValues, deepest: deepest)
        } catch {
            throw Fault(description: "answered with \(phrase(error))")
        }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
            throw Fault(description: "answered with what is not JSON")
        }
        guard case .object(let fields) = value else { throw Fault(description: "answered with JSON that is no object") }
        return try outcome(fields)
    }

    private static func outcome(_ fields: [String: JSONValue]) throws(Fault) -> ExternalOutcome {
        try refuseOthers(fields, than: ["outcome", "findings", "why"], in: "its answer")
        let findings = try findings(fields["findings"])
        let word =
            try word(fields["outcome"]) ?? (fields["findings"] == nil ? nil : findings.isEmpty ? .passed : .found)
        guard let word else {
            throw Fault(description: "answered without \u{201C}outcome\u{201D} or \u{201C}findings\u{201D}")
        }
        guard (word == .found) == !findings.isEmpty else {
            let problem = findings.isEmpty ? "without findings" : "with findings"
            throw Fault(description: "answered \u{201C}\(word.rawValue)\u{201D} \(problem)")
        }
        let why = try text(fields["why"], "why")
        guard word != .notApplicable && word != .inconclusive || why != nil else {
            throw Fault(description: "answered \u{201C}\(word.rawValue)\u{201D} without saying why")
        }
        return ExternalOutcome(word, why: why.map(bounded), findings: findings)
    }

    private static func phrase(_ fault: JSONShape.Fault) -> String {
        switch fault {
        case .notUTF8: "what is not UTF-8"
        case .tooDeep(let limit): "JSON that is nested more than \(limit) deep"
        case .tooMany(let limit): "JSON of more than \(limit) values"
        case .twice(let key, _): "JSON that has the key \u{201C}\(key.escapedForTerminal)\u{201D} twice in an object"
        }
    }

    private static func word(_ value: JSONValue?) throws(Fault) -> ExternalOutcome.Word? {
        guard let text = try text(value, "outcome") else { return nil }
        if let word = ExternalOutcome.Word(rawValue: text) { return word }
        let words = ExternalOutcome.Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw Fault(
            description: "answered with the outcome \u{201C}\(bounded(text))\u{201D}, which is none of \(words)")
    }

    private static func findings(_ value: JSONValue?) throws(Fault) -> [ExternalOutcome.Found] {
        guard let value else { return [] }
        guard case .array(let items) = value else {
            throw Fault(description: "answered with findings that are no list")
        }
        guard items.count <= mostFindings else {
            throw Fault(description: "answered with more than \(mostFindings) findings")
        }
        var findings: [ExternalOutcome.Found] = []
        for item in items {
            guard case .object(let fields) = item else {
                throw Fault(description: "answered with a finding that is no object")
            }
            try refuseOthers(fields, than: ["code", "message", "arguments"], in: "a finding")
            guard let code = try text(fields["code"], "code") else {
                throw Fault(description: "answered with a finding without \u{201C}code\u{201D}")
            }
            var arguments: [String: JSONValue] = [:]
            if case .object(let values)? = fields["arguments"] {
                arguments = values
            } else if fields["arguments"] != nil {
                throw Fault(description: "answered with arguments that are no object")
            }
            if let message = try text(fields["message"], "message") { arguments["message"] = .string(message) }
            findings.append(ExternalOutcome.Found(code: bounded(code), arguments: arguments))
        }
        return findings
    }

    private static func text(_ value: JSONValue?, _ name: String) throws(Fault) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)? where !text.isEmpty: return text
        default: throw Fault(description: "answered with \u{201C}\(name)\u{201D} that is no text")
        }
    }

    private static func refuseOthers(
        _ fields: [String: JSONValue], than known: [String], in place: String
    ) throws(Fault) {
        guard let other = fields.keys.filter({ !known.contains($0) }).min() else { return }
        throw Fault(description: "answered with the unknown key \u{201C}\(bounded(other))\u{201D} in \(place)")
    }

    private static func bounded(_ text: String) -> String {
        text.utf8.count <= longestReason ? text : text.shortened(to: longestReason / 4)
    }
}
