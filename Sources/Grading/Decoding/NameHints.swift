internal import CheckKit

extension Catalog {
    /// The rest of an error about an unknown check: what the word is instead, or which check is meant.
    func hint(forCheck id: String) -> String {
        if let owner = owner(of: id) { return "; it is a finding, of the check '\(owner.check.id)'" }
        if CheckKeys.all.contains(id) { return "; it belongs to a check: indent it further than the check's name" }
        return Suggestion.hint(for: id, in: checkIDs)
    }

    /// The rest of an error about an unknown finding: what the word is instead, or which finding is meant.
    func hint(forFinding code: String) -> String {
        if let check = check(code)?.check {
            return "; it is a check, which finds \(check.findings.map(\.code).joined(separator: ", "))"
        }
        return Suggestion.hint(for: code, in: codes)
    }

    /// What a key at the top of a profile is instead of a key; nil for a word that means nothing.
    func place(of key: String) -> String? {
        if check(key) != nil { return "; it is a check: indent it below 'checks'" }
        if owner(of: key) != nil { return "; it is a finding: indent it below 'severity'" }
        if ["credit", "bands", "caps", "withhold"].contains(key) { return "; it belongs below 'grade'" }
        return nil
    }
}

/// What a profile says of a check.
enum CheckKeys {
    static let all = ["weight", "bonus", "parameters"]
}
