internal import FoundationEssentials
internal import GRDB
internal import MailModel

/// What is kept once, whoever shares it: JSON texts by their hash, compressed after a dictionary of what those of a kind have in common.
///
/// A small text that is met for the first time stands in the row that has it: most are never met again, and a row of its own with its
/// hash takes more than they do.
final class BodyCodec: Sendable {
    /// A body as it is stored.
    struct Packed: Sendable {
        let sha: Data
        /// What it has its dictionary with.
        let kind: String
        /// The size of the text; nil where it is stored as it is.
        var size: Int?
        var dictionary: Int64?
        var bytes: Data
        /// Whether the same text was met a while ago; then `bytes` is the text itself, not compressed yet.
        var isKnown = false

        /// As it stands in the row that has it: size and dictionary, each 0 where there is none, before the octets. Nil for what is kept
        /// once for all.
        var own: Data? {
            guard !isKnown, bytes.count <= BodyCodec.small else { return nil }
            return Varint.data(UInt64(size ?? 0)) + Varint.data(UInt64(dictionary ?? 0)) + bytes
        }
    }

    private struct State {
        var dictionaries: [Int64: Data] = [:]
        /// The one for each kind of text.
        var current: [String: Int64] = [:]
        /// Texts that a dictionary will be made of, until there is one.
        var samples: [String: Data] = [:]
        /// Kinds that have their dictionary, on disk or on its way there.
        var learnt: Set<String> = []
        /// Some texts that are stored, by their hash.
        var known: Set<Data> = []
    }

    /// Smaller texts are not compressed: it is not worth it.
    private static let least = 64
    /// So many octets stand in the row that has them, where nobody else does: for others they would take twice as many.
    private static let small = 64
    /// A dictionary is made once so much has been seen. A longer one costs more time on each body than it saves.
    private static let enough = 12_000
    /// More are forgotten together.
    private static let manyKnown = 50_000

    private let commits: GroupCommit
    private let state: Locked<State>

    /// Reads the dictionaries of a store; new ones are among its commits.
    init(_ pool: DatabasePool, _ commits: GroupCommit) throws {
        self.commits = commits
        var state = State()
        let rows = try pool.read { try Row.fetchAll($0, sql: "SELECT id, kind, bytes FROM dictionary ORDER BY id") }
        for row in rows {
            let id: Int64 = row["id"]
            state.dictionaries[id] = row["bytes"]
            guard let kind: String = row["kind"] else { continue }
            state.current[kind] = id
            state.learnt.insert(kind)
        }
        self.state = Locked(state)
    }

    /// Packs a text. `kind` is what it has a dictionary with: the same for all that look alike.
    func pack(_ text: Data, _ kind: String) -> Packed {
        let sha = Self.hash(of: text)
        let isKnown = state.withLock { state in
            if state.known.count > Self.manyKnown { state.known.removeAll() }
            return !state.known.insert(sha).inserted
        }
        if isKnown { return Packed(sha: sha, kind: kind, bytes: text, isKnown: true) }
        if text.count >= Self.least { learn(text, kind) }
        return compress(text, sha, kind)
    }

    /// Compresses what was thought to be stored, and is not.
    func compressed(_ body: Packed) -> Packed { body.isKnown ? compress(body.bytes, body.sha, body.kind) : body }

    /// By what a text is known: the first 16 octets of its SHA-256.
    static func hash(of text: Data) -> Data {
        var hash = SHA256()
        hash.update(text)
        return Data(hash.finish().prefix(16))
    }

    private func compress(_ text: Data, _ sha: Data, _ kind: String) -> Packed {
        guard text.count >= Self.least else { return Packed(sha: sha, kind: kind, bytes: text) }
        let (id, dictionary) = state.withLock { state in
            let id = state.current[kind]
            return (id, id.flatMap { state.dictionaries[$0] } ?? Data())
        }
        guard let bytes = Compression.deflate(text, dictionary) else {
            return Packed(sha: sha, kind: kind, bytes: text)
        }
        return Packed(sha: sha, kind: kind, size: text.count, dictionary: id, bytes: bytes)
    }

    /// The text again; nil where it is damaged.
    func unpack(size: Int?, dictionary: Int64?, bytes: Data) -> Data? {
        guard let size else { return bytes }
        guard size <= 1 << 26 else { return nil }
        return Compression.inflate(
            bytes, size: size, dictionary.flatMap { id in state.withLock { $0.dictionaries[id] } } ?? Data())
    }

    /// The text of what stands in the row that has it; nil where it is damaged.
    func unpack(own: Data) -> Data? {
        var rest = own[...]
        guard let size = Varint.read(&rest), let dictionary = Varint.read(&rest) else { return nil }
        return unpack(
            size: size == 0 ? nil : Int(clamping: size),
            dictionary: dictionary == 0 ? nil : Int64(clamping: dictionary),
            bytes: Data(rest))
    }

    /// Makes a dictionary for a kind that has none, once enough has been seen of it; that one is for all that follow.
    private func learn(_ text: Data, _ kind: String) {
        let dictionary: Data? = state.withLock { state in
            guard !state.learnt.contains(kind) else { return nil }
            state.samples[kind, default: Data()].append(text)
            guard let samples = state.samples[kind], samples.count >= Self.enough else { return nil }
            state.samples[kind] = nil
            state.learnt.insert(kind)
            return Data(samples.suffix(Self.enough))
        }
        guard let dictionary else { return }
        commits.add { [self] db in
            try db.execute(
                sql: "INSERT INTO dictionary(kind, bytes) VALUES (?, ?)", arguments: [kind, dictionary])
            let id = db.lastInsertedRowID
            state.withLock { state in
                state.dictionaries[id] = dictionary
                state.current[kind] = id
            }
        }
    }
}

/// Numbers of seven bits an octet, the lowest first; all but the last have the highest bit.
private enum Varint {
    static func data(_ number: UInt64) -> Data {
        var (rest, data) = (number, Data())
        while rest >= 0x80 {
            data.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        data.append(UInt8(rest))
        return data
    }

    static func read(_ data: inout Data.SubSequence) -> UInt64? {
        var number: UInt64 = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            guard let octet = data.popFirst() else { return nil }
            number |= UInt64(octet & 0x7F) << UInt64(shift)
            if octet < 0x80 { return number }
        }
        return nil
    }
}

extension Database {
    /// What stands for a body in the row that has it: its own row's number, or the body itself.
    func bodyValue(_ body: BodyCodec.Packed, _ codec: BodyCodec) throws -> DatabaseValue {
        guard let own = body.own, try knownBodyID(body) == nil else { return try bodyID(body, codec).databaseValue }
        return own.databaseValue
    }

    /// The body's row, which is made where there is none.
    func bodyID(_ body: BodyCodec.Packed, _ codec: BodyCodec) throws -> Int64 {
        if let id = try knownBodyID(body) { return id }
        let body = codec.compressed(body)
        try cachedStatement("INSERT INTO body(sha, size, dictionary, bytes) VALUES (?, ?, ?, ?)")
            .execute(arguments: [body.sha, body.size, body.dictionary, body.bytes])
        return lastInsertedRowID
    }

    private func knownBodyID(_ body: BodyCodec.Packed) throws -> Int64? {
        try Int64.fetchOne(cachedStatement("SELECT id FROM body WHERE sha = ?"), arguments: [body.sha])
    }

    /// The row of a place, which is made where there is none.
    func placeID(_ key: String) throws -> Int64 {
        if let id = try Int64.fetchOne(cachedStatement("SELECT id FROM place WHERE key = ?"), arguments: [key]) {
            return id
        }
        let address = key.hasPrefix("s:") ? key.split(separator: "|").last.map(String.init) : nil
        try cachedStatement("INSERT INTO place(key, address) VALUES (?, ?)").execute(arguments: [key, address])
        return lastInsertedRowID
    }

    /// The row of a label, which is made where there is none.
    func labelID(_ text: String) throws -> Int64 {
        if let id = try Int64.fetchOne(cachedStatement("SELECT id FROM label WHERE text = ?"), arguments: [text]) {
            return id
        }
        try cachedStatement("INSERT INTO label(text) VALUES (?)").execute(arguments: [text])
        return lastInsertedRowID
    }

    private func cachedStatement(_ sql: String) throws -> Statement { try cachedStatement(sql: sql) }
}
