internal import Grading
internal import MailModel
internal import MailgradeKit

extension Manners {
    /// Reads a file of manners: what it does not name stays as it is. Throws `UsageError` with everything that is wrong with it.
    public init(file path: String) throws {
        let bytes = try TextFile.contents(of: path, what: "file of manners")
        do throws(InvalidProfile) {
            try self.init(yaml: bytes, name: path)
        } catch {
            throw UsageError("The manners cannot be used.\n\(error)")
        }
    }

    /// Reads the bytes of such a file; `name` is what errors call it.
    init(yaml bytes: [UInt8], name: String) throws(InvalidProfile) {
        self = try YAMLFile.read(bytes, name: name, what: "file of manners") { MannersReader($0).manners() }
    }
}

/// Reads manners from a document. Unknown keys and values that make no sense are noted there.
private struct MannersReader {
    private let cursor: YAMLCursor

    init(_ cursor: YAMLCursor) { self.cursor = cursor }

    func manners() -> Manners? {
        let keys = [
            "schema", "connections", "lookups", "throttled", "hosts-alike", "opt-out-record", "never", "identity",
        ]
        guard let fields = cursor.fields(keys) else { return nil }
        if let schema = fields.required("schema"), let version = schema.integer(), version != 1 {
            schema.error("this version reads schema 1, not \(version)")
        }
        var manners = Manners()
        fields["connections"].map { connections($0, &manners) }
        set(&manners.lookups, fields["lookups"]?.integer(in: 1...10_000))
        fields["throttled"].map { throttled($0, &manners) }
        fields["hosts-alike"].map { hostsAlike($0, &manners) }
        if let label = fields["opt-out-record"] { manners.optOutLabel = optOutLabel(label) }
        fields["never"].map { never($0, &manners) }
        fields["identity"].map { identity($0, &manners) }
        return manners
    }

    private func connections(_ cursor: YAMLCursor, _ manners: inout Manners) {
        let keys = ["per-address", "apart", "addresses", "addresses-per-network", "addresses-per-provider"]
        guard let fields = cursor.fields(keys) else { return }
        set(&manners.connectionsPerAddress, fields["per-address"]?.integer(in: 1...16))
        set(&manners.apart, fields["apart"]?.duration())
        set(&manners.conversations, fields["addresses"]?.integer(in: 1...100_000))
        set(&manners.addressesPerNetwork, fields["addresses-per-network"]?.integer(in: 1...100_000))
        set(&manners.addressesPerProvider, fields["addresses-per-provider"]?.integer(in: 1...100_000))
    }

    private func throttled(_ cursor: YAMLCursor, _ manners: inout Manners) {
        guard let fields = cursor.fields(["waits", "retry-after"]) else { return }
        set(&manners.patience, fields["waits"]?.list()?.compactMap { $0.duration() })
        set(&manners.retryAfter, fields["retry-after"]?.duration())
    }

    private func hostsAlike(_ cursor: YAMLCursor, _ manners: inout Manners) {
        guard let fields = cursor.fields(["ask", "check-one-in"]) else { return }
        set(&manners.hostsAlike, fields["ask"]?.integer(in: 1...1_000_000))
        set(&manners.inferredPerCheck, fields["check-one-in"]?.integer(in: 1...1_000_000))
    }

    private func optOutLabel(_ cursor: YAMLCursor) -> String? {
        guard let text = cursor.text(), text != "none" else { return nil }
        let isLabel = text.utf8.allSatisfy {
            $0 == 0x2D || $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)
        }
        if !isLabel || text.utf8.count > 63 {
            cursor.error("'opt-out-record' must be a label such as _mailgrade, or none")
        }
        return text
    }

    private func never(_ cursor: YAMLCursor, _ manners: inout Manners) {
        for item in cursor.list() ?? [] {
            guard let text = item.text() else { continue }
            if let block = AddressBlock(text) {
                manners.never.networks.append(block)
            } else if let name = try? DomainName(input: text) {
                manners.never.names.insert(name)
            } else {
                item.error("'never' takes domains, MX hosts, addresses and networks such as 192.0.2.0/24")
            }
        }
    }

    private func identity(_ cursor: YAMLCursor, _ manners: inout Manners) {
        guard let fields = cursor.fields(["helo", "contact", "page"]) else { return }
        if let field = fields["helo"], let text = field.text() {
            let name = try? DomainName(input: text)
            if name?.isHostName != true { field.error("'helo' must be the full name of the machine that asks") }
            manners.helo = name?.text
        }
        if let field = fields["contact"], let text = field.text() {
            let isAddress = text.hasPrefix("mailto:") && text.contains("@") || text.hasPrefix("https://")
            if !isAddress || !text.isOneWord { field.error("'contact' must begin with mailto: or https://") }
            manners.contact = text
        }
        if let field = fields["page"], let text = field.text() {
            if !text.hasPrefix("https://") || !text.isOneWord { field.error("'page' must begin with https://") }
            manners.page = text
        }
    }

    private func set<Value>(_ place: inout Value, _ value: Value?) {
        if let value { place = value }
    }
}

extension String {
    /// Whether it can be a URI (RFC 3986, section 2): what has blanks or line ends in it would be several lines of probing.txt.
    fileprivate var isOneWord: Bool { utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}
