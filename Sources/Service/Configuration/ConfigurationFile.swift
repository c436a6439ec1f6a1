internal import Batch
public import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit

extension ServiceConfiguration {
    /// Reads `mailgraded.yaml`: what it does not name stays as it is, and files that it names lie beside it. Everything that could keep
    /// a list from being watched, or an alert from being sent, is a mistake of the file: an unknown profile, a secret that cannot be
    /// read, a program that is none. Nothing is sent to find out. Throws `UsageError` with every mistake, each with its place.
    public init(file path: String, plugins: [Plugin]) throws {
        let bytes = try TextFile.contents(of: path, what: "configuration")
        do throws(InvalidProfile) {
            try self.init(yaml: bytes, name: path, plugins: plugins)
        } catch {
            throw UsageError("The configuration cannot be used.\n\(error)")
        }
    }

    /// Reads the text of such a file; `name` is its path. Throws every mistake, each with its place.
    init(yaml: [UInt8], name: String, plugins: [Plugin]) throws(InvalidProfile) {
        self = try YAMLFile.read(yaml, name: name, what: "configuration") {
            ConfigurationReader($0, folder: ConfigurationFolder(of: name), plugins: plugins).configuration()
        }
    }
}

/// The folder that relative paths of a configuration begin at.
struct ConfigurationFolder {
    /// Its path, without a slash at the end.
    let path: String

    init(of file: String) {
        path = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
    }

    /// The path of a file that the configuration names.
    func file(_ name: String) -> String { name.hasPrefix("/") || path == "." ? name : "\(path)/\(name)" }
}

/// Reads the configuration from its document. Unknown keys and values that make no sense are noted there.
struct ConfigurationReader {
    private let cursor: YAMLCursor
    private let folder: ConfigurationFolder
    private let plugins: [Plugin]

    init(_ cursor: YAMLCursor, folder: ConfigurationFolder, plugins: [Plugin]) {
        self.cursor = cursor
        self.folder = folder
        self.plugins = plugins
    }

    func configuration() -> ServiceConfiguration? {
        let keys = [
            "schema", "address", "profiles", "manners", "limits", "tokens", "keep", "channels", "lists", "remind",
            "maintenance",
        ]
        guard let fields = cursor.fields(keys) else { return nil }
        if let schema = fields.required("schema"), let version = schema.integer(), version != 1 {
            schema.error("this version reads schema 1, not \(version)")
        }
        var configuration = ServiceConfiguration()
        let profiles = ProfileNames(folder: folder, plugins: plugins)
        if let names = fields["profiles"].flatMap(profiles.read) { configuration.profiles = names }
        fields["address"].map { configuration.address = address($0) }
        if let manners = fields["manners"].flatMap(manners) { configuration.manners = manners }
        fields["limits"].map { limits($0, &configuration.limits) }
        if let tokens = fields["tokens"].flatMap(tokens) { configuration.tokens = tokens }
        if let keep = fields["keep"]?.duration() { configuration.keep = keep }
        if let remind = fields["remind"] { configuration.remind = never(remind) ? nil : remind.duration() }
        if let channels = fields["channels"].flatMap({ ChannelReader(folder: folder).channels($0) }) {
            configuration.channels = channels
        }
        // A channel that is wrong is named all the same: one mistake, one message.
        let names = fields["channels"]?.names ?? []
        let lists = ListReader(folder: folder, profiles: profiles, channels: names, codes: Catalog(plugins).codes)
        if let read = fields["lists"].flatMap(lists.lists) { configuration.lists = read }
        if let windows = fields["maintenance"] {
            configuration.maintenance = MaintenanceReader(lists: fields["lists"]?.names ?? []).windows(windows)
        }
        return configuration
    }

    private func address(_ cursor: YAMLCursor) -> String? {
        guard let text = cursor.text() else { return nil }
        guard let address = WebAddress(text), address.target == "/" else {
            cursor.error("'address' must be where browsers find the service, such as https://grade.example.net")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private func manners(_ cursor: YAMLCursor) -> Manners? {
        guard let name = cursor.text() else { return nil }
        do {
            return try Manners(file: folder.file(name))
        } catch {
            cursor.error("the file of manners '\(name)' cannot be used: \("\(error)".gist)")
            return nil
        }
    }

    private func limits(_ cursor: YAMLCursor, _ limits: inout ServiceConfiguration.Limits) {
        let keys = ["runs", "queue", "runs-per-client", "runs-per-client-and-hour", "cool-down"]
        guard let fields = cursor.fields(keys) else { return }
        set(&limits.runs, fields["runs"]?.integer(in: 1...10_000))
        set(&limits.queue, fields["queue"]?.integer(in: 0...100_000))
        set(&limits.runsOfClient, fields["runs-per-client"]?.integer(in: 1...10_000))
        set(&limits.runsOfClientInHour, fields["runs-per-client-and-hour"]?.integer(in: 1...1_000_000))
        set(&limits.coolDown, fields["cool-down"]?.duration())
    }

    private func tokens(_ cursor: YAMLCursor) -> [String: ServiceConfiguration.Token]? {
        cursor.entries("name of a token")?.reduce(into: [:]) { tokens, entry in
            guard let fields = entry.value.fields(["sha256", "may"]) else { return }
            var digest: String?
            if let field = fields.required("sha256"), let text = field.text() {
                digest = text
                if text.utf8.count != 64 || [UInt8](hexadecimal: text) == nil || text != text.lowercased() {
                    field.error(
                        "'sha256' must be 64 hexadecimal digits in lower case: printf %s TOKEN | sha256sum gives them")
                } else if text == SHA256.hex("".utf8) {
                    field.error("'sha256' is the digest of an empty text: there was no token")
                }
            }
            let rights = fields.required("may")?.list()?.compactMap { item in
                item.choice(ServiceConfiguration.Token.Right.allCases.map { ($0.rawValue, $0) })
            }
            tokens[entry.key] = ServiceConfiguration.Token(digest: digest ?? "", rights: Set(rights ?? []))
        }
    }

    private func set<Value>(_ place: inout Value, _ value: Value?) {
        if let value { place = value }
    }
}

/// Whether a value is the word that switches something off.
func never(_ cursor: YAMLCursor) -> Bool { cursor.isWord("never") }

/// Profiles as a configuration names them: built-in ones by their id, files by a name that ends in .yaml.
struct ProfileNames {
    let folder: ConfigurationFolder
    let plugins: [Plugin]

    /// A list of profiles that load together; nil where something is wrong, which is noted.
    func read(_ cursor: YAMLCursor) -> [String]? {
        guard let items = cursor.list() else { return nil }
        if items.isEmpty { cursor.error("\(cursor.label) needs one profile at least") }
        let names = items.compactMap(name)
        guard names.count == items.count, !names.isEmpty else { return nil }
        do {
            _ = try Policies(names, plugins: plugins)
            return names
        } catch {
            cursor.error("the profiles cannot be used together: \("\(error)".gist)")
            return nil
        }
    }

    private func name(_ item: YAMLCursor) -> String? {
        guard let text = item.text() else { return nil }
        let isFile = text.hasSuffix(".yaml") || text.hasSuffix(".yml") || text.contains("/")
        let name = isFile ? folder.file(text) : text
        do {
            _ = try Policy(name, plugins: plugins)
            return name
        } catch {
            item.error("the profile '\(text)' cannot be used: \("\(error)".gist)")
            return nil
        }
    }
}

extension YAMLCursor {
    /// The names of a map, whatever is wrong with what they stand for; empty where it is none.
    var names: [String] { isMap ? (map() ?? []).map(\.key) : [] }

    /// The entries of a map whose names are ours to choose: letters, digits, `-`, `_` and `.`, as they stand in addresses of pages.
    func entries(_ what: String) -> [(key: String, value: YAMLCursor)]? {
        map()?.filter { entry in
            let isName = entry.key.utf8.allSatisfy {
                [0x2D, 0x2E, 0x5F].contains($0) || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0)
            }
            if !isName || entry.key.utf8.count > 64 || entry.key.hasPrefix(".") {
                entry.value.errorAtKey("'\(entry.key)' cannot be the \(what): use letters, digits, - and _")
                return false
            }
            return true
        }
    }
}

extension String {
    /// Of an error of several lines the first that says what is wrong.
    var gist: String {
        let lines = split(separator: "\n").map(String.init)
        // The first line of several says that something is wrong, and the second what.
        let gist = lines.first { $0.contains(": error: ") } ?? lines.dropFirst().first ?? lines.first ?? self
        return gist.hasPrefix("error: ") ? String(gist.dropFirst(7)) : gist
    }
}
