import CheckKit
import FoundationEssentials
import Grading
import MailModel

/// The files of the corpus.
enum Corpus {
    static let folder = #filePath.replacing("/Table.swift", with: "")

    /// The domains that are recorded, as A-labels.
    static var listed: [String] {
        text("domains.txt").split(separator: "\n").compactMap { try? DomainName(input: String($0)).text }
    }

    /// Every saved run, by name.
    static func evidence() throws -> [(name: String, json: Data)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/evidence").sorted()
        return names.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/evidence/\(name)").map { (String(name.dropLast(5)), $0) }
        }
    }

    static func text(_ name: String) -> String {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// What comes out for every domain under every profile, and its form as a page.
struct Table {
    struct Row: Equatable {
        let domain: String
        /// The word for each profile.
        let results: [String: String]
        /// What decides it, one sentence; not in the page.
        var reasons: [String: String] = [:]
    }

    let profiles: [String]
    let rows: [Row]

    /// The results of the code as it is.
    init(_ bench: Bench) throws {
        profiles = bench.policies.map(\.id)
        rows = try Corpus.evidence().map { file in
            let evidence = try bench.read(file.json)
            let assessments = zip(bench.policies.map(\.id), bench.assessments(evidence))
            return Row(
                domain: file.name, results: Dictionary(uniqueKeysWithValues: assessments.map { ($0, $1.word) }),
                reasons: Dictionary(uniqueKeysWithValues: assessments.map { ($0, $1.reason) }))
        }
    }

    /// The results as they are written down.
    static func committed() throws -> Table { Table(page: Corpus.text("results.md")) }

    private init(page: String) {
        let profiles = page.split(separator: "\n").filter { $0.first?.isNumber == true }
            .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        let lines = page.split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { line in line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") } }
        self.profiles = profiles
        rows = lines.dropFirst().map { cells in
            Row(
                domain: cells.first ?? "",
                results: Dictionary(zip(profiles, cells.dropFirst())) { first, _ in first })
        }
    }

    /// The page that people read.
    private var page: String {
        let head = """
            # What the corpus comes to

            Every domain of the [evidence](evidence), under every shipped profile. Written by `make corpus-table`; a change that
            moves a result says why.

            A letter with `?` is provisional; `none`: no letter is given. Of requirements: `yes` all that must be met are,
            `no 2` two are not, `?3` three cannot be told, `waived` with a waiver, `-` none applies or can be seen.

            The columns:

            \(profiles.enumerated().map { "\($0 + 1). `\($1)`" }.joined(separator: "\n"))


            """
        let width = (rows.map(\.domain.count).max() ?? 0) + 1
        func line(_ first: String, _ cells: [String]) -> String {
            "| \(first.padded(to: width))| \(cells.map { $0.padded(to: 4) }.joined(separator: " | ")) |\n"
        }
        let rule =
            "|\(String(repeating: "-", count: width + 1))|" + profiles.map { _ in "------|" }.joined() + "\n"
        return head + line("domain", profiles.indices.map { "\($0 + 1)" }) + rule
            + rows.map { row in line(row.domain, profiles.map { row.results[$0] ?? "" }) }.joined()
    }

    func save() throws {
        try Data(page.utf8).write(to: URL(filePath: "\(Corpus.folder)/results.md"))
    }

    /// What is different, one line each, with what decides the new result.
    func changes(from old: Table) -> [String] {
        let before = Dictionary(old.rows.map { ($0.domain, $0.results) }) { first, _ in first }
        let mine = rows.flatMap { row in
            profiles.compactMap { profile -> String? in
                let (was, now) = (before[row.domain]?[profile] ?? "nothing", row.results[profile] ?? "nothing")
                let reason = row.reasons[profile] ?? ""
                return was == now ? nil : "\(row.domain)  \(profile): \(was) → \(now)  \(reason)"
            }
        }
        let gone = Set(before.keys).subtracting(rows.map(\.domain)).sorted().map { "\($0): no evidence any more" }
        let dropped = old.profiles.filter { !profiles.contains($0) }.map { "\($0): no such profile any more" }
        return mine + gone + dropped
    }
}

extension Assessment {
    /// The result in a word.
    fileprivate var word: String {
        if let grade { return "\(grade)" + (isProvisional ? "?" : "") }
        guard withheld == nil, let compliance else { return "none" }
        let count = compliance.requirements.count {
            $0.outcome == compliance.outcome && $0.requirement.level == .must
        }
        return switch compliance.outcome {
        case .compliant: "yes"
        case .compliantWithWaiver: "waived"
        case .notCompliant: "no \(count)"
        case .cannotTell: "?\(count)"
        case .notObservable, .notApplicable, .leftOut: "-"
        }
    }

    /// What decides it.
    fileprivate var reason: String {
        guard grade == nil, withheld == nil, let compliance else { return because.first?.sentence ?? "" }
        return compliance.requirements.filter { $0.outcome == compliance.outcome && $0.requirement.level == .must }
            .map(\.requirement.clause).joined(separator: ", ")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
