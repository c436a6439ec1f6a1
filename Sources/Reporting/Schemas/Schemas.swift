public import CheckKit
internal import FoundationEssentials
internal import Grading

/// The JSON Schemas of what this program writes, by the names under which `mailgrade schema` prints them.
public enum Schemas: String, CaseIterable, Sendable {
    /// The JSON report.
    case report
    /// The lines of a run's events.
    case events
    /// Saved evidence.
    case evidence
    /// What evidence holds: each fact by its id.
    case facts
    /// What a run would ask.
    case plan
    /// A result of a batch.
    case batch
    /// A line between two filters.
    case filter
    /// What the program of an external check is given.
    case programInput = "program-input"
    /// What it answers.
    case programAnswer = "program-answer"

    /// The schema for a program that knows these facts: stable text with sorted keys and a line end at the end.
    public func json(_ facts: [FactType]) throws -> String { try value(facts).compactLines() + "\n" }

    /// The schema as a JSON value.
    public func value(_ facts: [FactType]) -> JSONValue {
        switch self {
        case .report: ReportSchema.document
        case .events: EventSchema.document
        case .evidence: EvidenceSchema.evidence
        case .facts: EvidenceSchema.facts(facts)
        case .plan: PlanSchema.document
        case .batch: BatchSchema.result
        case .filter: BatchSchema.line
        case .programInput: ProgramSchema.input(facts)
        case .programAnswer: ProgramSchema.answer
        }
    }
}
