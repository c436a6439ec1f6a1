internal import CheckKit
internal import FoundationEssentials
internal import MailgradeKit

/// Where a check is begun: a clone of mailgrade, or a package of somebody else. Everything is relative to the working folder.
struct CheckSite {
    /// A file to be written.
    struct Change {
        let what: String
        let path: String
        let text: String
    }

    /// How the tests of the site are run.
    let test: String
    /// What else there is to do, a sentence with a blank before it; empty for nothing.
    let rest: String
    /// Where the check's file goes.
    let folder: String
    private let plugin: List
    private let access: String

    /// The plugin that lists the check.
    private enum List {
        case there(path: String)
        case new(name: String)
    }

    private static let registry = "Checks/Registry.swift"

    /// Finds the place for a check. Throws `UsageError` where the working folder is neither, or leaves it open.
    init(for id: String, folder named: String?, _ plugins: [Plugin]) throws {
        let draft = CheckDraft(id: id, scope: .domain)
        if FileManager.default.fileExists(atPath: Self.registry) {
            let subject = id.prefix { $0 != "." } + "."
            let home = plugins.first { $0.checks.contains { $0.id.hasPrefix(subject) } }?.name
            let name = named ?? home ?? draft.folder
            guard name.wholeMatch(of: /[A-Za-z][A-Za-z0-9]*/) != nil else {
                throw UsageError(
                    "\(name) cannot be the name of a folder of checks. Use letters and digits, for example SPF.")
            }
            folder = "Checks/\(name)"
            let path = "\(folder)/\(name)Plugin.swift"
            plugin = FileManager.default.fileExists(atPath: path) ? .there(path: path) : .new(name: name)
            access = "internal "
            test = "swift test --disable-xctest --filter '^ChecksTests.Examples'"
            rest = " Afterwards make docs writes its pages. CONTRIBUTING.md has the rest."
        } else {
            let path = try Self.pluginOfPackage(named)
            folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
            plugin = .there(path: path)
            access = ""
            test = "swift test --disable-xctest"
            rest = ""
        }
    }

    /// The file of the plugin of a package on mailgrade's products.
    private static func pluginOfPackage(_ named: String?) throws -> String {
        guard let manifest = text("Package.swift"), manifest.contains("mailgrade"),
            let names = try? FileManager.default.subpathsOfDirectory(atPath: "Sources")
        else {
            throw UsageError(
                "This is neither a clone of mailgrade nor a package that builds on it. Go to the folder of one, or declare the check "
                    + "in a profile, with a program in any language.")
        }
        let files = names.filter { $0.hasSuffix(".swift") }.sorted().map { "Sources/\($0)" }
        let plugins = files.filter { text($0)?.contains(/=\s*Plugin\(/) == true }
            .filter { path in named.map { path.contains("/\($0)/") || path.contains("/\($0)Plugin.") } ?? true }
        guard let path = plugins.first else {
            throw UsageError(
                "No file below Sources declares a Plugin\(named.map { " in \($0)" } ?? ""), so no list can take the check. "
                    + "Write one as Examples/AcmeGrade has it.")
        }
        guard plugins.count == 1 else {
            throw UsageError(
                "There are several plugins: \(plugins.joined(separator: ", ")). Name a folder with --folder.")
        }
        return path
    }

    /// What is to be written for a check. Throws `UsageError` where a file is there already, or a list cannot be found.
    func changes(for draft: CheckDraft) throws -> [Change] {
        let path = "\(folder)/\(draft.file)"
        guard !FileManager.default.fileExists(atPath: path) else {
            throw UsageError("\(path) exists already. Change that file, or choose another id.")
        }
        var changes: [Change] = []
        switch plugin {
        case .there(let file):
            guard let text = Self.text(file), let changed = Self.adding(".\(draft.name)", toListOf: text) else {
                throw UsageError(
                    "\(file) has no list \u{201C}checks: [\u{2026}]\u{201D} that can take .\(draft.name). Add one.")
            }
            changes.append(Change(what: "changed", path: file, text: changed))
        case .new(let name):
            guard let registry = Self.text(Self.registry),
                let changed = Self.registering(draft.plugin, in: registry)
            else { throw UsageError("\(Self.registry) has no list that can take .\(draft.plugin).") }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            changes.append(
                Change(
                    what: "wrote  ", path: "\(folder)/\(name)Plugin.swift", text: draft.pluginText(name, access: access)
                ))
            changes.append(Change(what: "changed", path: Self.registry, text: changed))
        }
        return [Change(what: "wrote  ", path: path, text: draft.text(access: access))] + changes
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The text with one entry more at the end of `checks: [ … ]`.
    static func adding(_ entry: String, toListOf text: String) -> String? {
        guard let list = text.firstRange(of: /checks:\s*\[|\[Check\]\s*=\s*\[/),
            let end = text[list.upperBound...].firstIndex(of: "]")
        else { return nil }
        let entries = text[list.upperBound..<end]
        let last = entries.lastIndex { !$0.isWhitespace && $0 != "," }
        guard let last else { return text.replacingCharacters(list.upperBound..<end, entry) }
        var after = text.index(after: last)
        let hasComma = text[after] == ","
        if hasComma { after = text.index(after: after) }
        guard text[after..<end].contains("\n") else {
            return text.replacingCharacters(after..<end, "\(hasComma ? "" : ",") \(entry)")
        }
        let blank = entries.prefix { $0.isWhitespace }
        return text.replacingCharacters(after..<after, "\(hasComma ? "" : ",")\(blank)\(entry)\(hasComma ? "," : "")")
    }

    /// The registry with one plugin more, in the order of the alphabet.
    static func registering(_ plugin: String, in text: String) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(where: { $0.contains("judgements: [Plugin] = [") }),
            let end = lines[start...].firstIndex(where: { $0.trimmingPrefix(/\s*/) == "]" })
        else { return nil }
        let place = lines[(start + 1)..<end].firstIndex { line in
            line.filter { $0.isLetter || $0.isNumber }.lowercased() > plugin.lowercased()
        }
        lines.insert("        .\(plugin),", at: place ?? end)
        return lines.joined(separator: "\n")
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, _ text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
