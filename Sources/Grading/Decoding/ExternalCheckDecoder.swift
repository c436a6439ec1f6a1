internal import CheckKit
internal import MailModel

extension ProfileDecoder {
    /// The map under `external-checks`: checks whose verdicts come from programs beside the profile.
    func externalChecks(_ cursor: YAMLCursor) -> [ExternalCheck]? {
        guard let entries = cursor.map() else { return nil }
        var checks: [ExternalCheck] = []
        for (id, value) in entries where !value.removesNothing() {
            guard isOwn(id, "check", value) else { continue }
            let taken = checks.flatMap { $0.check.findings.map(\.code) }
            checks.append(externalCheck(id, value, taken: taken) ?? standIn(id, value))
        }
        return checks
    }

    /// What stands in for a check with a mistake, so that what names it is no mistake as well.
    private func standIn(_ id: String, _ cursor: YAMLCursor) -> ExternalCheck {
        let scope = Scope.allCases.first { scope in
            if case .scalar(let text, _)? = cursor.node["scope"]?.content { scope.rawValue == text } else { false }
        }
        let findings = (cursor.node["findings"]?.entries ?? []).map {
            FindingDescription(code: $0.key, severity: .info, sentence: "", remedy: "")
        }
        let check = Check(
            id: id, title: id, why: "", references: [], scope: scope ?? .server, needs: [], findings: findings,
            judge: { _ in .inconclusive("") })
        return ExternalCheck(check: check, program: ExternalProgram(folder: "", words: []), wants: [], examples: [])
    }

    private func externalCheck(_ id: String, _ cursor: YAMLCursor, taken: [String]) -> ExternalCheck? {
        let keys = [
            "title", "why", "scope", "facts", "command", "time-limit", "memory-limit", "findings", "references",
            "examples",
        ]
        let fields = cursor.fields(keys) {
            CheckKeys.all.contains($0) ? "; it belongs to '\(id)' below 'checks'" : nil
        }
        guard let fields else { return nil }
        let title = fields.required("title")?.text()
        let why = fields.required("why")?.text()
        let scope = fields.required("scope")?.choice(Scope.allCases.map { ($0.rawValue, $0) })
        let wants = fields.required("facts").flatMap { readWants($0, at: scope) }
        let words = fields.required("command").flatMap(readCommand)
        let program = words.map { readProgram($0, fields) }
        let findings = fields.required("findings").flatMap { readFindings($0, of: id, taken: taken) }
        let references = fields["references"].flatMap(readReferences) ?? []
        guard let title, let why, let scope, let wants, let program, let findings else { return nil }
        let examples = fields["examples"].flatMap { readExamples($0, wants, findings) } ?? []
        let outcome = ExternalCheck.outcome(of: id, scope)
        let check = Check(
            id: id, title: title, why: why, references: references, scope: scope,
            needs: [Dependency(fact: outcome, kind: .observed)], findings: findings,
            judge: { inputs in
                switch inputs.evidence.observed(Slot(outcome.id, inputs.place)) {
                case .present(let fact as ExternalOutcome): fact.outcome(of: id, findings)
                case .present: .inconclusive("What is kept for \(id) is no answer of a program.")
                case .absent(.unplanned):
                    .inconclusive("The program of \(id) did not run when this evidence was collected.")
                case .absent(let why): Outcome(absent: why)
                }
            })
        let told = examples.map { CheckProgram.Example(title: $0.title, expected: $0.expected.description) }
        return ExternalCheck(
            check: check.judged(by: CheckProgram(command: program.words, facts: wants.map(\.fact.id), examples: told)),
            program: program, wants: wants, examples: examples)
    }

    /// Names of a profile’s own begin with a word that the program does not use, so that no later version of it takes them.
    private func isOwn(_ name: String, _ what: String, _ cursor: YAMLCursor) -> Bool {
        let words = name.split(separator: ".", omittingEmptySubsequences: false)
        let isWord = { (word: Substring) in
            !word.isEmpty && !word.hasPrefix("-") && !word.hasSuffix("-") && !word.contains("--")
                && isIdentifier(String(word))
        }
        guard words.count == 2, words.allSatisfy(isWord) else {
            let example = what == "check" ? "acme.greeting-polite" : "acme.greeting-rude"
            cursor.errorAtKey(
                "'\(name)' must be two words of lower-case letters, digits and hyphens with a dot between, such as '\(example)'"
            )
            return false
        }
        guard !catalog.subjects.contains(String(words[0])) else {
            cursor.errorAtKey(
                "'\(name)' must begin with a word of your own, such as 'acme': '\(words[0])' belongs to the program's checks"
            )
            return false
        }
        return true
    }
}

// MARK: Facts and command

extension ProfileDecoder {
    private func readWants(_ cursor: YAMLCursor, at scope: Scope?) -> [ExternalCheck.Want]? {
        guard let items = cursor.list() else { return nil }
        if items.isEmpty { cursor.error("'facts' must name at least one fact: a check judges what was observed") }
        var wants: [ExternalCheck.Want] = []
        for item in items {
            guard let text = item.text() else { continue }
            let id = text.hasSuffix("?") ? String(text.dropLast()) : text
            guard let fact = catalog.facts[FactID(id)] else {
                item.error("unknown fact '\(id)'\(Suggestion.hint(for: id, in: catalog.facts.keys.map(\.text)))")
                continue
            }
            guard !wants.contains(where: { $0.fact == fact }) else {
                item.error("'\(id)' is named twice")
                continue
            }
            let isList = scope.map { !$0.liesWithin(fact.scope) } ?? false
            wants.append(ExternalCheck.Want(fact: fact, isRequired: !text.hasSuffix("?"), isList: isList))
        }
        return wants.count == items.count && !items.isEmpty ? wants : nil
    }

    private func readCommand(_ cursor: YAMLCursor) -> (list: [String], folder: String)? {
        let file = cursor.node.position.file
        switch file.origin {
        case .file: break
        case .network:
            cursor.errorAtKey("a profile that came over the network must not name a program")
            return nil
        case .builtIn:
            cursor.errorAtKey("a built-in profile must not name a program: there is nothing beside it")
            return nil
        }
        var words: [String] = []
        if case .sequence = cursor.node.content {
            guard let items = cursor.list() else { return nil }
            words = items.compactMap { $0.text() }
            guard words.count == items.count else { return nil }
        } else if let text = cursor.text() {
            words = [text]
        }
        guard let program = words.first else {
            if case .sequence = cursor.node.content { cursor.error("'command' must name the program") }
            return nil
        }
        let parts = program.split(separator: "/", omittingEmptySubsequences: false)
        if program.hasPrefix("/") || parts.contains("..") {
            cursor.error(
                "the program '\(program)' must lie beside the profile: name it relative to the profile's folder, or put a link there"
            )
            return nil
        }
        if words.count == 1, program.contains(" ") {
            let list = program.split(separator: " ").joined(separator: ", ")
            cursor.error("no shell reads 'command': write a list, [\(list)]")
            return nil
        }
        if parts.contains("") || parts.contains(".") {
            cursor.error(
                "'\(program)' must be the name of a file beside the profile, such as size-offered or bin/size-offered")
            return nil
        }
        return (words, file.folder)
    }

    private func readProgram(_ command: (list: [String], folder: String), _ fields: YAMLCursor.Fields)
        -> ExternalProgram
    {
        var program = ExternalProgram(folder: command.folder, words: command.list)
        if let cursor = fields["time-limit"], !cursor.removesNothing(), let time = cursor.duration() {
            if (.milliseconds(100) ... .seconds(60)).contains(time) {
                program.timeLimit = time
            } else {
                cursor.error("'time-limit' must be from 100ms to 60s, not \(cursor.node.kind)")
            }
        }
        if let cursor = fields["memory-limit"], !cursor.removesNothing(),
            cursor.number(in: 16...65_536) != nil, let memory = cursor.integer()
        {
            program.memory = UInt64(memory) << 20
        }
        return program
    }
}

// MARK: Findings

extension ProfileDecoder {
    private func readFindings(_ cursor: YAMLCursor, of id: String, taken: [String]) -> [FindingDescription]? {
        guard let entries = cursor.map() else { return nil }
        if entries.isEmpty { cursor.error("'findings' must declare what the program can find") }
        let subject = id.prefix { $0 != "." }
        var findings: [FindingDescription] = []
        for (code, value) in entries where !value.removesNothing() {
            guard isOwn(code, "finding", value) else { continue }
            guard code.hasPrefix("\(subject).") else {
                value.errorAtKey("'\(code)' must begin with '\(subject).', as its check does")
                continue
            }
            guard code != id, !taken.contains(code) else {
                value.errorAtKey("'\(code)' is taken: a finding has a name of its own")
                continue
            }
            if let finding = readFinding(code, value) { findings.append(finding) }
        }
        return findings.isEmpty ? nil : findings
    }

    private func readFinding(_ code: String, _ cursor: YAMLCursor) -> FindingDescription? {
        guard let fields = cursor.fields(["severity", "message", "remedy", "responsible", "effort", "arguments"]) else {
            return nil
        }
        let severity = fields.required("severity")?.choice(Severity.allCases.map { ($0.rawValue, $0) })
        let remedy = fields.required("remedy")?.text()
        let responsible =
            fields["responsible"]?.choice(Responsible.allCases.map { ($0.rawValue, $0) }) ?? .mailProvider
        let effort = fields["effort"]?.choice(Effort.allCases.map { ($0.rawValue, $0) }) ?? .configuration
        let arguments = fields["arguments"].flatMap(readArguments) ?? []
        guard let severity, let remedy, let sentence = readSentence(fields["message"], arguments) else { return nil }
        let description = FindingDescription(
            code: code, severity: severity, sentence: sentence, remedy: remedy, responsible: responsible,
            effort: effort,
            arguments: arguments)
        if let fault = description.fault {
            cursor.errorAtKey("'\(code)' \(fault)")
            return nil
        }
        return description
    }

    private func readArguments(_ cursor: YAMLCursor) -> [FindingArgument]? {
        let kinds: [(String, FindingArgument.Kind)] = [("number", .number), ("text", .text), ("list", .list)]
        return cursor.map()?.compactMap { name, value in
            value.choice(kinds).map { FindingArgument(name, $0, "As the program says it.") }
        }
    }

    /// The template, or the program’s own sentence where there is none.
    private func readSentence(_ cursor: YAMLCursor?, _ arguments: [FindingArgument]) -> Sentence? {
        guard let cursor else {
            return Sentence(
                stringInterpolation: {
                    var words = Sentence.StringInterpolation(literalCapacity: 0, interpolationCount: 1)
                    words.appendInterpolation(.text("message", "What was observed, in the program\u{2019}s words."))
                    return words
                }())
        }
        guard let text = cursor.text() else { return nil }
        do throws(SentenceError) {
            return try Sentence(template: text, declaring: arguments)
        } catch {
            switch error {
            case .undeclared(let name):
                let hint = Suggestion.hint(for: name, in: arguments.map(\.name))
                cursor.error("'message' names {\(name)}, which is not among 'arguments'\(hint)")
            case .unbalanced: cursor.error("a brace in 'message' has no counterpart")
            }
            return nil
        }
    }

    private func readReferences(_ cursor: YAMLCursor) -> [Reference]? {
        cursor.list()?.compactMap { item in
            guard let text = item.text() else { return nil }
            if let rfc = text.wholeMatch(of: /RFC ([0-9]{1,5}), (?:section|appendix) ([0-9A-Za-z.]+)/),
                let number = Int(rfc.1)
            {
                return .rfc(number, section: String(rfc.2))
            }
            guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains(" ") else {
                item.error("a reference is a link, or a place such as 'RFC 1870, section 6'")
                return nil
            }
            return Reference(String(text.split(separator: "/").dropFirst().joined(separator: "/")), link: text)
        }
    }
}

// MARK: Examples

extension ProfileDecoder {
    private func readExamples(
        _ cursor: YAMLCursor, _ wants: [ExternalCheck.Want], _ findings: [FindingDescription]
    ) -> [ExternalExample]? {
        cursor.map()?.compactMap { title, value in
            guard !value.removesNothing(), let fields = value.fields(["facts", "expect"]) else { return nil }
            let expected = fields.required("expect").flatMap { readExpected($0, findings) }
            guard let given = fields.required("facts"), let entries = given.map(), let expected else { return nil }
            var facts: [FactID: JSONValue] = [:]
            for (id, fact) in entries {
                guard let want = wants.first(where: { $0.fact.id.text == id }) else {
                    let hint = Suggestion.hint(for: id, in: wants.map(\.fact.id.text))
                    fact.errorAtKey("'\(id)' is not among the check's 'facts'\(hint)")
                    return nil
                }
                guard !want.isList || fact.list() != nil else { return nil }
                facts[want.fact.id] = fact.node.json
            }
            for want in wants where want.isRequired && !want.isList && facts[want.fact.id] == nil {
                given.errorAtKey("'\(title)' needs the fact '\(want.fact.id)': without it the program does not run")
                return nil
            }
            return ExternalExample(title: title, facts: facts, expected: expected, position: value.keyPosition)
        }
    }

    private func readExpected(_ cursor: YAMLCursor, _ findings: [FindingDescription]) -> ExternalExample.Expected? {
        let codes = findings.map(\.code)
        if case .sequence = cursor.node.content {
            guard let items = cursor.list() else { return nil }
            let found = items.compactMap { $0.name(of: "check's findings", in: codes) }
            return found.count == items.count ? .found(found) : nil
        }
        let words: [(String, ExternalExample.Expected)] = [
            ("passed", .passed), ("not-applicable", .notApplicable), ("inconclusive", .inconclusive),
        ]
        return cursor.choice(words + codes.map { ($0, .found([$0])) })
    }
}

extension YAMLNode {
    /// The value as JSON: plain words that JSON knows are what they are there, everything else is text.
    fileprivate var json: JSONValue {
        switch content {
        case .refused: .null
        case .mapping(let entries):
            .object(Dictionary(entries.map { ($0.key, $0.value.json) }) { first, _ in first })
        case .sequence(let items): .array(items.map(\.json))
        case .scalar(let text, plain: false): .string(text)
        case .scalar(let text, plain: true):
            if isNull {
                .null
            } else if let flag = Bool(text) {
                .bool(flag)
            } else if let number = Int(text) {
                .integer(number)
            } else if let number = YAMLCursor.number(text) {
                .number(number)
            } else {
                .string(text)
            }
        }
    }
}
