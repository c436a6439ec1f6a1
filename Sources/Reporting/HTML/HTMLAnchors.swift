/// The anchors of a document. The first entry of a code has the code for its id, whatever stands around it: links to a report name
/// findings, and go on doing so. Under further profiles, and where a code has several entries, more is put in front or behind.
struct HTMLAnchors {
    /// The id of each entry that has an anchor, in the order of the document.
    private var ids: [String] = []
    /// By profile and code, the first entry.
    private var targets: [Int: [String: String]] = [:]

    init(_ document: Document) {
        var taken: Set<String> = []
        var profile = 0
        for block in document.blocks {
            switch block {
            case .heading(.profile, _): profile += 1
            case .list(_, let items):
                for code in items.compactMap(\.anchor) {
                    let name =
                        document.results.indices.contains(profile - 1) && profile > 1
                        ? "\(document.results[profile - 1].profile).\(code)" : code
                    let id = Self.free(Self.identifier(name), taken)
                    taken.insert(id)
                    ids.append(id)
                    if targets[profile]?[code] == nil { targets[profile, default: [:]][code] = id }
                }
            default: break
            }
        }
    }

    /// The id of the entry at a place in the order of the document.
    subscript(_ place: Int) -> String? { ids.indices.contains(place) ? ids[place] : nil }

    /// The id of the entry that a code names under a profile, counted from 1, or 0 where there is one only.
    func target(_ code: String, under profile: Int) -> String? { targets[profile]?[code] }

    /// The code as an id: codes of packages of others may hold anything.
    static func identifier(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "." || $0 == "-" ? $0 : "-" })
    }

    private static func free(_ id: String, _ taken: Set<String>) -> String {
        guard taken.contains(id) else { return id }
        return (2...).lazy.map { "\(id)-\($0)" }.first { !taken.contains($0) } ?? id
    }
}
