internal import FoundationEssentials
internal import GRDB
internal import MailModel

/// What is kept once, whoever shares it: JSON texts by their hash, compressed after a dictionary of the shapes that all have.
final class BodyCodec: Sendable {
    /// A body as it is stored.
    struct Packed: Sendable {
        let sha: Data
        /// The size of the text; nil where it is stored as it is.
        var size: Int?
        var dictionary: Int64?
        var bytes: Data
        /// Whether `bytes` is the text itself although it is to be compressed: the same text was stored a while ago.
        var isKnown = false
    }

    private struct State {
        var dictionaries: [Int64: Data] = [:]
        var current: Int64?
        /// Texts that a dictionary will be made of, until there is one.
        var samples: [Data] = []
        var sampled = 0
        /// Some texts that are stored, by their hash.
        var known: Set<Data> = []
    }

    /// Smaller texts are not worth it.
    private static let least = 64
    /// A longer dictionary costs more time on each body than it saves.
    private static let dictionarySize = 12_000
    /// More are forgotten together.
    private static let manyKnown = 50_000
    /// A dictionary is made once so much has been seen.
    private static let enough = 60_000
    /// Smaller texts are many, come first, and have little to teach.
    private static let instructive = 400

    private let state: Locked<State>

    /// Reads the dictionaries of a store.
    init(_ pool: DatabasePool) throws {
        var state = State()
        let rows = try pool.read { try Row.fetchAll($0, sql: "SELECT id, bytes FROM dictionary ORDER BY id") }
        for row in rows {
            let id: Int64 = row["id"]
            state.dictionaries[id] = row["bytes"]
            state.current = id
        }
        self.state = Locked(state)
    }

    /// Packs a text.
    func pack(_ text: Data) -> Packed {
        var hash = SHA256()
        hash.update(text)
        let sha = Data(hash.finish().prefix(16))
        guard text.count >= Self.least else { return Packed(sha: sha, size: nil, dictionary: nil, bytes: text) }
        let isKnown = state.withLock { state in
            if state.known.count > Self.manyKnown { state.known.removeAll() }
            return !state.known.insert(sha).inserted
        }
        if isKnown { return Packed(sha: sha, size: nil, dictionary: nil, bytes: text, isKnown: true) }
        return compress(text, sha)
    }

    /// Compresses what was thought to be stored, and is not.
    func compressed(_ body: Packed) -> Packed { body.isKnown ? compress(body.bytes, body.sha) : body }

    private func compress(_ text: Data, _ sha: Data) -> Packed {
        let (id, dictionary) = state.withLock { state in
            (state.current, state.current.flatMap { state.dictionaries[$0] } ?? Data())
        }
        guard let bytes = Compression.deflate(text, dictionary) else {
            return Packed(sha: sha, size: nil, dictionary: nil, bytes: text)
        }
        return Packed(sha: sha, size: text.count, dictionary: id, bytes: bytes)
    }

    /// The text again; nil where it is damaged.
    func unpack(size: Int?, dictionary: Int64?, bytes: Data) -> Data? {
        guard let size else { return bytes }
        guard size <= 1 << 26 else { return nil }
        return Compression.inflate(
            bytes, size: size, dictionary.flatMap { id in state.withLock { $0.dictionaries[id] } } ?? Data())
    }

    /// Looks at a text that is new, until there is enough to make a dictionary of; that one is for all that follows.
    func learn(_ text: Data, _ commits: GroupCommit) {
        let dictionary: Data? = state.withLock { state in
            guard state.current == nil, state.sampled < Self.enough, text.count >= Self.instructive else { return nil }
            state.samples.append(text)
            state.sampled += text.count
            guard state.sampled >= Self.enough else { return nil }
            defer { state.samples = [] }
            return Self.dictionary(of: state.samples)
        }
        guard let dictionary else { return }
        commits.add { [self] db in
            try db.execute(sql: "INSERT INTO dictionary(bytes) VALUES (?)", arguments: [dictionary])
            let id = db.lastInsertedRowID
            state.withLock { state in
                state.dictionaries[id] = dictionary
                state.current = id
            }
        }
    }

    /// Of every kind of text, told by how it begins, the last one; the longest at the end, where references to it are shortest.
    private static func dictionary(of samples: [Data]) -> Data {
        var kinds: [Data: Data] = [:]
        for sample in samples { kinds[sample.prefix(24)] = sample }
        return kinds.values.sorted { ($0.count, $0.first ?? 0) < ($1.count, $1.first ?? 0) }.reduce(Data(), +).suffix(
            dictionarySize)
    }
}

extension Database {
    /// The body's row, which is made where there is none.
    func bodyID(_ body: BodyCodec.Packed, _ codec: BodyCodec) throws -> Int64 {
        if let id = try Int64.fetchOne(cachedStatement("SELECT id FROM body WHERE sha = ?"), arguments: [body.sha]) {
            return id
        }
        let body = codec.compressed(body)
        try cachedStatement("INSERT INTO body(sha, size, dictionary, bytes) VALUES (?, ?, ?, ?)")
            .execute(arguments: [body.sha, body.size, body.dictionary, body.bytes])
        return lastInsertedRowID
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
