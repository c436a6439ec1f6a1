public import CheckEngine
public import CheckKit
internal import FoundationEssentials

/// Evidence in files.
public enum SavedEvidence {
    /// Writes what was collected; what can be derived from it is left out.
    public static func write(_ evidence: Evidence, of policies: Policies, into path: String) throws {
        let json = try evidence.json(leavingOut: policies.plan.derivedFacts)
        try TextFile.save(String(decoding: json, as: UTF8.self) + "\n", into: path)
    }

    /// Reads evidence that `--evidence` has saved.
    public static func read(_ path: String, _ plan: Plan, keepingTrace: Bool = true) throws -> Evidence {
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
