internal import MailModel

/// Loads profiles: the built-in ones by id, others from files.
public struct ProfileLibrary: Sendable {
    /// A profile that is compiled into the program.
    public struct BuiltIn: Sendable {
        /// Its id.
        public let id: String
        /// Its YAML.
        public let yaml: [UInt8]

        /// A built-in profile.
        public init(id: String, yaml: [UInt8]) {
            self.id = id
            self.yaml = yaml
        }
    }

    let builtIn: [BuiltIn]
    let catalog: Catalog
    private let engine: EngineVersion?

    /// A library of built-in profiles, and the checks that profiles may name.
    ///
    /// `engine` is the version that a profile's `requires-engine` is compared with, for example `0.1.0`; without one, every
    /// version is good enough.
    public init(builtIn: [BuiltIn], catalog: Catalog, engine: String? = nil) {
        self.builtIn = builtIn
        self.catalog = catalog
        self.engine = engine.flatMap { EngineVersion($0) }
    }

    /// The ids of the built-in profiles.
    public var ids: [String] { builtIn.map { $0.id } }

    /// Loads a profile by the id of a built-in one or by the path of a file.
    ///
    /// Throws everything that is wrong with it, each with its place.
    public func load(_ name: String) throws(InvalidProfile) -> Profile {
        let diagnostics = Diagnostics()
        let resolver = ProfileResolver(builtIn: builtIn, diagnostics: diagnostics)
        guard let resolved = resolver.resolve(name) else { throw diagnostics.invalidProfile }
        return try decode(resolved, diagnostics)
    }

    /// Reads a profile from bytes; `name` stands in for the file's name in errors.
    ///
    /// One that came over the network is refused where it names a program, or extends anything but a built-in profile.
    public func read(
        _ yaml: [UInt8], name: String, origin: SourceFile.Origin = .file
    ) throws(InvalidProfile) -> Profile {
        let diagnostics = Diagnostics()
        let resolver = ProfileResolver(builtIn: builtIn, diagnostics: diagnostics)
        guard let resolved = resolver.resolve(SourceFile(name: name, bytes: yaml, origin: origin)) else {
            throw diagnostics.invalidProfile
        }
        return try decode(resolved, diagnostics)
    }

    private func decode(
        _ resolved: ProfileResolver.Resolved, _ diagnostics: Diagnostics
    ) throws(InvalidProfile) -> Profile {
        let decoder = ProfileDecoder(catalog: catalog, engine: engine, diagnostics: diagnostics)
        guard var profile = decoder.profile(resolved.document), !diagnostics.hasErrors else {
            throw diagnostics.invalidProfile
        }
        profile.files = resolved.files
        return profile
    }
}

/// Follows `extends` from file to file and merges what it finds.
struct ProfileResolver {
    /// The version of the schema that is read here.
    static let schema = 1
    /// Longer chains are refused: nobody could say what such a profile does.
    static let longestChain = 8

    let builtIn: [ProfileLibrary.BuiltIn]
    let diagnostics: Diagnostics

    /// What a chain of profiles comes to.
    struct Resolved {
        /// The merged document.
        let document: YAMLNode
        /// The paths of the files that it was read from.
        let files: [String]
    }

    /// Merges a built-in profile or a file with what it extends.
    func resolve(_ name: String) -> Resolved? {
        guard let file = open(name, relativeTo: nil, named: nil) else { return nil }
        return resolve(file)
    }

    /// Merges an opened file with what it extends.
    func resolve(_ file: SourceFile) -> Resolved? {
        var documents: [YAMLNode] = []
        var names: [String] = []
        var files: [String] = []
        var next: SourceFile? = file
        while let file = next {
            guard let document = YAMLComposer.compose(file, diagnostics: diagnostics), isReadable(document) else {
                return nil
            }
            documents.append(document)
            names.append(file.name)
            if file.origin == .file { files.append(file.name) }
            next = nil
            guard let extends = document["extends"] else { break }
            let cursor = YAMLCursor(extends, name: "extends", diagnostics: diagnostics)
            guard let name = cursor.text() else { return nil }
            guard file.origin != .network || builtIn.contains(where: { $0.id == name }) else {
                let nearest = Suggestion.nearest(to: name, in: builtIn.map(\.id)).map { "; did you mean '\($0)'?" }
                cursor.error("a profile that came over the network extends built-in profiles only\(nearest ?? "")")
                return nil
            }
            // A misspelt parent is an error; what else is wrong shows over the one that was meant.
            let opened = open(name, relativeTo: file.name, named: extends.position)
            guard let parent = opened ?? nearest(to: name) else { return nil }
            guard !names.contains(parent.name) else {
                cursor.error("'extends' is circular: \((names + [parent.name]).joined(separator: " → "))")
                return nil
            }
            guard names.count < Self.longestChain else {
                cursor.error("a chain of more than \(Self.longestChain) profiles that extend each other")
                return nil
            }
            next = parent
        }
        guard let base = documents.last else { return nil }
        let document = documents.dropLast().reversed().reduce(base) {
            ProfileMerge.merge($1, over: ProfileMerge.inherited($0))
        }
        return Resolved(document: document, files: files)
    }

    /// Every file of a chain says which schema it is written in; in another one, keys could mean something else.
    private func isReadable(_ document: YAMLNode) -> Bool {
        let cursor = YAMLCursor(document, name: "the profile", diagnostics: diagnostics)
        guard document.entries != nil else { return true }
        guard let value = document["schema"] else {
            cursor.error("the profile needs 'schema: \(Self.schema)'")
            return true
        }
        let schema = YAMLCursor(value, name: "schema", diagnostics: diagnostics)
        guard let version = schema.integer() else { return false }
        if version != Self.schema {
            schema.error("schema \(version) is unknown; this version reads schema \(Self.schema)")
        }
        return version == Self.schema
    }

    /// Opens a built-in profile, a file, or, for `-`, what comes on standard input; a path in `extends` is relative to the file that says so.
    private func open(_ name: String, relativeTo parent: String?, named position: SourcePosition?) -> SourceFile? {
        if let profile = builtIn.first(where: { $0.id == name }) {
            return SourceFile(name: "\(profile.id) (built in)", bytes: profile.yaml, origin: .builtIn)
        }
        let path = Self.path(name, relativeTo: parent)
        do throws(BoundedFile.Unreadable) {
            let limit = YAMLComposer.Limits().bytes
            if name == "-", parent == nil {
                return SourceFile(name: "standard input", bytes: try BoundedFile.standardInput(limit: limit))
            }
            return SourceFile(name: path, bytes: try BoundedFile.read(path, limit: limit))
        } catch {
            if error.isAboutAFile {
                diagnostics.error(at: position, "the profile '\(name)' cannot be read: \(error.reason)")
                return nil
            }
            let ids = builtIn.map { $0.id }
            let looksLikeFile = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
            let hint = looksLikeFile ? "" : "; built in: \(ids.sorted().joined(separator: ", "))"
            let nearest = Suggestion.nearest(to: name, in: ids).map { "; did you mean '\($0)'?" }
            diagnostics.error(at: position, "no profile '\(name)': \(error.reason)\(nearest ?? hint)")
            return nil
        }
    }

    /// The built-in profile that somebody most likely meant.
    private func nearest(to name: String) -> SourceFile? {
        let id = Suggestion.nearest(to: name, in: builtIn.map { $0.id })
        return id.flatMap { open($0, relativeTo: nil, named: nil) }
    }

    /// A path as it is opened: relative to the folder of the parent.
    private static func path(_ name: String, relativeTo parent: String?) -> String {
        guard !name.hasPrefix("/"), let parent, let slash = parent.lastIndex(of: "/") else { return name }
        return "\(parent[..<slash])/\(name)"
    }
}
