internal import CheckKit
internal import FoundationEssentials
internal import MailModel

extension ProfileLibrary {
    /// Reads the cases of a profile from a file. Throws everything that is wrong with it, each with its place.
    public func cases(in path: String, of profile: Profile) throws(InvalidProfile) -> ProfileCases {
        let diagnostics = Diagnostics()
        let bytes: [UInt8]
        do throws(BoundedFile.Unreadable) {
            bytes = try BoundedFile.read(path, limit: YAMLComposer.Limits().bytes)
        } catch {
            diagnostics.error(at: nil, "the cases \(path) cannot be read: \(error.reason)")
            throw diagnostics.invalidProfile
        }
        return try cases(bytes, name: path, of: profile)
    }

    /// Reads cases from bytes; `name` is the file's, and paths in it are relative to its folder.
    public func cases(_ yaml: [UInt8], name: String, of profile: Profile) throws(InvalidProfile) -> ProfileCases {
        let diagnostics = Diagnostics()
        let file = SourceFile(name: name, bytes: yaml)
        let node = YAMLComposer.compose(file, diagnostics: diagnostics)
        let decoder = CaseDecoder(
            profile: profile, catalog: catalog.adding(profile.externalChecks.map(\.check)),
            diagnostics: diagnostics)
        guard let node, let cases = decoder.cases(node), !diagnostics.hasErrors else {
            throw diagnostics.invalidProfile
        }
        return ProfileCases(file: name, all: cases)
    }
}

/// Reads the cases of a profile. Every mistake is noted; the result is only used when there is none.
struct CaseDecoder {
    static let keys = ["schema", "evidence", "cases"]
    static let caseKeys = ["description", "evidence", "situation", "domain", "class", "at", "expect"]

    let profile: Profile
    let catalog: Catalog
    let diagnostics: Diagnostics

    func cases(_ node: YAMLNode) -> [ProfileCase]? {
        let cursor = YAMLCursor(node, name: "the file of cases", diagnostics: diagnostics)
        guard let fields = cursor.fields(Self.keys) else { return nil }
        if let schema = fields.required("schema"), let version = schema.integer(), version != ProfileResolver.schema {
            schema.error("schema \(version) is unknown; this version reads schema \(ProfileResolver.schema)")
        }
        let folder = fields["evidence"].flatMap { $0.text() } ?? ""
        guard let list = fields.required("cases") else { return nil }
        let cases = list.named { id, value in profileCase(id, value, folder) }
        if cases?.isEmpty == true, !diagnostics.hasErrors { list.errorAtKey("there is no case") }
        return cases
    }

    private func profileCase(_ id: String, _ cursor: YAMLCursor, _ folder: String) -> ProfileCase? {
        guard let fields = cursor.fields(Self.caseKeys) else { return nil }
        _ = fields["description"]?.text()
        let run = run(fields, folder)
        let domain = fields["domain"].flatMap(domain)
        let domainClass = fields["class"].flatMap { $0.name(of: "classes of the profile", in: classIDs) }
        let day = fields["at"].flatMap { $0.day() }
        if fields["situation"] != nil, fields["at"] == nil, profile.knowsDays {
            fields.cursor.errorAtKey("'\(id)' needs 'at': the profile has days, and a made-up run has none")
        }
        let expectations = fields.required("expect").flatMap(expectations) ?? []
        guard let run else { return nil }
        return ProfileCase(
            id: id, position: cursor.keyPosition, run: run, domain: domain, domainClass: domainClass,
            instant: day?.noon, expectations: expectations)
    }

    private func run(_ fields: YAMLCursor.Fields, _ folder: String) -> ProfileCase.Run? {
        switch (fields["evidence"], fields["situation"]) {
        case (_?, let situation?):
            situation.errorAtKey("'evidence' and 'situation' in one case")
            return nil
        case (let evidence?, nil):
            guard let name = evidence.text() else { return nil }
            let file = evidence.node.position.file.name
            return .saved(Self.path(name, in: Self.path(folder, in: Self.folder(of: file))), evidence.node.position)
        case (nil, let situation?):
            return SituationDecoder(profile: profile, catalog: catalog).situation(situation).map { .madeUp($0) }
        case (nil, nil):
            if !fields.hasUnknownKeys {
                fields.cursor.errorAtKey("\(fields.cursor.label) needs 'evidence' or 'situation'")
            }
            return nil
        }
    }

    private func domain(_ cursor: YAMLCursor) -> DomainName? {
        guard let text = cursor.text() else { return nil }
        if let domain = try? DomainName(input: text) { return domain }
        cursor.error("'domain' must be a domain, not \(cursor.node.kind)")
        return nil
    }

    var classIDs: [String] { profile.classes.map(\.id) }

    private static func folder(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
    }

    private static func path(_ name: String, in folder: String) -> String {
        folder.isEmpty || name.hasPrefix("/") ? name : name.isEmpty ? folder : "\(folder)/\(name)"
    }
}

extension Profile {
    /// Whether what it says depends on the day.
    fileprivate var knowsDays: Bool {
        !waivers.isEmpty
            || ([self] + classes.map(\.profile)).flatMap(\.requirements).contains { $0.from != nil || $0.until != nil }
    }
}
