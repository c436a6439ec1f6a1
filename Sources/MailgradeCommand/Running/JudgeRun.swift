internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials

/// `mailgrade judge`: the same grade from saved evidence, without a packet.
struct JudgeRun {
    let command: JudgeCommand
    let plugins: [Plugin]
    let surroundings: Surroundings

    init(_ command: JudgeCommand, plugins: [Plugin], surroundings: Surroundings) {
        self.command = command
        self.plugins = plugins
        self.surroundings = surroundings
    }

    func run() throws -> CommandStatus {
        guard let path = command.evidence else {
            throw UsageError(
                "No evidence to judge. Name a file that --evidence has saved: mailgrade judge EVIDENCE.json")
        }
        let presentation = Presentation(options: command.report, surroundings: surroundings)
        try presentation.check()
        let policies = try Policies(command.report.profile, plugins: plugins)
        presentation.warn(about: policies)
        return try presentation.show(policies.reports(try Self.read(path, policies.plan), at: command.at))
    }

    /// Reads evidence that `--evidence` has saved.
    static func read(_ path: String, _ plan: Plan, keepingTrace: Bool = true) throws -> Evidence {
        let bytes = try TextFile.contents(of: path, what: "evidence file")
        do {
            return try Evidence(json: Data(bytes), known: plan.knownFacts, keepingTrace: keepingTrace)
        } catch {
            throw UsageError(
                "\(path) is not evidence that mailgrade can read: \(reason(error)). Name a file that --evidence has saved."
            )
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is not JSON" }
        func path(_ context: DecodingError.Context) -> String {
            let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return keys.isEmpty ? "" : " in \(keys.joined(separator: "."))"
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(key.stringValue) is missing\(path(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "a value of another type\(path(context))"
        case .dataCorrupted(let context):
            let text = context.debugDescription
            return (text.hasSuffix(".") ? String(text.dropLast()) : text) + path(context)
        @unknown default: return "\(error)"
        }
    }
}
