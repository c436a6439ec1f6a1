/// Judges facts against a rule. Pure: no network, no clock, no randomness, and no idea of its own weight.
public struct Check: Sendable {
    /// The stable name `subject.claim`, which reads true when the check passes.
    public let id: String
    /// The claim in words, without a full stop.
    public let title: String
    /// Why it matters, one paragraph.
    public let why: String
    /// The rules it applies.
    public let references: [Reference]
    /// Names it had before; profiles that use one still load.
    public let formerIDs: [String]
    /// At what kind of place it judges.
    public let scope: Scope
    /// The facts it asks for.
    package let needs: [Dependency]
    /// Everything it can find.
    public let findings: [FindingDescription]
    /// Its knobs, if it has any.
    public let parameters: ParametersType?
    /// Its examples, each with the verdict it leads to.
    public let examples: @Sendable () -> [ExampleRecord]
    /// The judgement at one place.
    package let judge: @Sendable (Inputs) -> Outcome
    /// Whether its probes provoke a server beyond what a sender of mail ever does. Such a check runs only where a profile
    /// names it, and no shipped profile does.
    public private(set) var isIntrusive = false

    /// A check that is not written in Swift: what it claims, asks for and finds, and how it is judged. The others are made by
    /// `perDomain`, `perHost`, `perAddress` and `perServer`.
    public init(
        id: String, title: String, why: String, references: [Reference], formerIDs: [String] = [], scope: Scope,
        needs: [Dependency], findings: [FindingDescription], parameters: ParametersType? = nil,
        examples: @escaping @Sendable () -> [ExampleRecord] = { [] },
        judge: @escaping @Sendable (Inputs) -> Outcome
    ) {
        self.id = id
        self.title = title
        self.why = why
        self.references = references
        self.formerIDs = formerIDs
        self.scope = scope
        self.needs = needs
        self.findings = findings
        self.parameters = parameters
        self.examples = examples
        self.judge = judge
    }

    /// The program that comes to its verdicts, where a profile declares the check; nil where it is written in Swift.
    public private(set) var program: CheckProgram?

    /// The same check, with its verdicts from a program.
    package func judged(by program: CheckProgram) -> Check {
        var check = self
        check.program = program
        return check
    }

    /// The ids of the facts that it asks for, or that its program does.
    public var factIDs: [FactID] { program?.facts ?? needs.map(\.fact.id) }

    /// Whether all its examples are written: what is begun is in no generated page.
    package var isWritten: Bool { examples().allSatisfy(\.isWritten) }

    /// What of a server's line in a report the check decides.
    public private(set) var aspects: Set<ServerAspect> = []

    /// The same check, deciding what a report says of a server in some respect.
    public func deciding(_ aspects: ServerAspect...) -> Check {
        var check = self
        check.aspects.formUnion(aspects)
        return check
    }

    /// The same check, marked as intrusive.
    public var intrusive: Check {
        var check = self
        check.isIntrusive = true
        return check
    }

    /// A check of the whole domain.
    public static func perDomain<Code: FindingCode, each N: DomainNeed>(
        _ id: String, title: String, why: String, references: [Reference], formerIDs: [String] = [],
        examples: @autoclosure @escaping @Sendable () -> [Example<Code, repeat each N>],
        judge: @escaping @Sendable (repeat each N) -> Verdict<Code>
    ) -> Check {
        make(.domain, id, title, why, references, formerIDs, examples, judge)
    }

    /// A check of each MX host.
    public static func perHost<Code: FindingCode, each N: HostNeed>(
        _ id: String, title: String, why: String, references: [Reference], formerIDs: [String] = [],
        examples: @autoclosure @escaping @Sendable () -> [Example<Code, repeat each N>],
        judge: @escaping @Sendable (repeat each N) -> Verdict<Code>
    ) -> Check {
        make(.host, id, title, why, references, formerIDs, examples, judge)
    }

    /// A check of each address.
    public static func perAddress<Code: FindingCode, each N: AddressNeed>(
        _ id: String, title: String, why: String, references: [Reference], formerIDs: [String] = [],
        examples: @autoclosure @escaping @Sendable () -> [Example<Code, repeat each N>],
        judge: @escaping @Sendable (repeat each N) -> Verdict<Code>
    ) -> Check {
        make(.address, id, title, why, references, formerIDs, examples, judge)
    }

    /// A check of each server: an MX host at an address.
    public static func perServer<Code: FindingCode, each N: ServerNeed>(
        _ id: String, title: String, why: String, references: [Reference], formerIDs: [String] = [],
        examples: @autoclosure @escaping @Sendable () -> [Example<Code, repeat each N>],
        judge: @escaping @Sendable (repeat each N) -> Verdict<Code>
    ) -> Check {
        make(.server, id, title, why, references, formerIDs, examples, judge)
    }

    private static func make<Code: FindingCode, each N: Need>(
        _ scope: Scope, _ id: String, _ title: String, _ why: String, _ references: [Reference],
        _ formerIDs: [String], _ examples: @escaping @Sendable () -> [Example<Code, repeat each N>],
        _ judge: @escaping @Sendable (repeat each N) -> Verdict<Code>
    ) -> Check {
        let descriptions = Dictionary(Code.allCases.map { ($0, FindingDescription($0)) }) { first, _ in first }
        return Check(
            id: id, title: title, why: why, references: references, formerIDs: formerIDs, scope: scope,
            needs: dependencies(repeat (each N).self), findings: Code.allCases.compactMap { descriptions[$0] },
            parameters: parameterTypes(repeat (each N).self).first,
            examples: {
                examples().map { example in
                    let verdict = example.verdict(by: judge)
                    return ExampleRecord(
                        title: example.title, expected: example.expected.description,
                        actual: Outcome(verdict, descriptions), holds: example.expected.isMet(by: verdict),
                        isWritten: example.expected.isWritten)
                }
            },
            judge: { inputs in
                do throws(Absence) {
                    return Outcome(judge(repeat try (each N).draw(from: inputs)), descriptions)
                } catch {
                    return Outcome(absent: error)
                }
            })
    }
}

/// The program of a check that a profile declares, as people are told of it.
public struct CheckProgram: Sendable, Hashable {
    /// The file beside the profile, and its arguments.
    public let command: [String]
    /// The facts that it is given.
    public let facts: [FactID]
    /// Its examples: the situation, and what must come of it, in a word or a finding code.
    public let examples: [Example]

    /// An example, without the facts.
    public struct Example: Sendable, Hashable {
        /// The situation.
        public let title: String
        /// What must come of it.
        public let expected: String

        package init(title: String, expected: String) {
            self.title = title
            self.expected = expected
        }
    }

    package init(command: [String], facts: [FactID], examples: [Example]) {
        self.command = command
        self.facts = facts
        self.examples = examples
    }
}

/// What a report says of every server in one line.
public enum ServerAspect: Sendable, Hashable {
    /// What there is to say of the certificate.
    case certificate
    /// What a sender that verifies looks at in the certificate: its path, its dates and its name.
    case certificatePath, certificateDates, certificateName
    /// Whether strangers can relay.
    case relaying
    /// Whether a name of the address leads back to it.
    case reverseDNS
}

/// The dependencies of a list of needs, in order.
func dependencies<each N: Need>(_ needs: repeat (each N).Type) -> [Dependency] {
    var list: [Dependency] = []
    for need in repeat each needs {
        if let dependency = need.dependency { list.append(dependency) }
    }
    return list
}

private func parameterTypes<each N: Need>(_ needs: repeat (each N).Type) -> [ParametersType] {
    var list: [ParametersType] = []
    for need in repeat each needs {
        // Looking for a conformance costs the start of the program milliseconds; knobs are no facts, and most needs are.
        if need.dependency == nil, let type = need as? any Parameters.Type { list.append(parametersType(of: type)) }
    }
    return list
}

private func parametersType<P: Parameters>(of type: P.Type) -> ParametersType {
    ParametersType(type)
}
