internal import GRDB

/// The tables. Times are whole seconds since 1970; places are written `d:` domain, `h:` host, `a:` address, `s:` host|address.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in try db.execute(sql: tables) }
        migrator.registerMigration("2") { db in try db.execute(sql: differing) }
        migrator.registerMigration("3") { db in try db.execute(sql: "CREATE TABLE network(text TEXT NOT NULL)") }
        migrator.registerMigration("4") { db in try db.execute(sql: runs) }
        migrator.registerMigration("5") { db in try db.execute(sql: watching) }
        migrator.registerMigration("6") { db in try db.execute(sql: kinds) }
        migrator.registerMigration("7") { db in
            try db.execute(sql: lists)
            try db.takeEdges()
            try db.execute(sql: "DROP TABLE old_edge")
        }
        return migrator
    }

    /// Since then a body in a `sighting` may be the body itself, too, and not the number of its row.
    private static let lists = """
        ALTER TABLE edge RENAME TO old_edge;
        -- Lists of servers, each once, by the first 16 octets of its SHA-256.
        CREATE TABLE server_list(id INTEGER PRIMARY KEY, sha BLOB NOT NULL UNIQUE);
        CREATE TABLE server_listed(
            list INTEGER NOT NULL, server INTEGER NOT NULL, preference INTEGER, PRIMARY KEY(list, server)) WITHOUT ROWID;
        CREATE INDEX server_listed_server ON server_listed(server);
        -- Which list a domain has, and since when.
        CREATE TABLE server_list_use(
            domain INTEGER NOT NULL, list INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
            PRIMARY KEY(domain, list)) WITHOUT ROWID;
        CREATE INDEX server_list_use_list ON server_list_use(list);
        -- Which servers a domain has; one that is in several lists of a domain more than once.
        CREATE VIEW edge AS
            SELECT u.domain, l.server, l.preference, u.first_seen, u.last_seen
            FROM server_list_use u JOIN server_listed l ON l.list = u.list;
        """

    private static let differing = """
        -- Addresses of which not all hosts are alike, and when that was seen.
        CREATE TABLE differing(place INTEGER PRIMARY KEY, seen INTEGER NOT NULL);
        """

    /// A dictionary is for bodies of one kind; those of before are for what they compressed. What has changed since then is asked for
    /// seldom, and found by going through: each row would pay for its place in an index.
    private static let kinds = """
        ALTER TABLE dictionary ADD COLUMN kind TEXT;
        DROP INDEX sighting_since;
        """

    private static let runs = """
        -- Runs that somebody asked the service for, by an id of 128 random bits; with their whole evidence, so that each can be judged
        -- again as it was.
        CREATE TABLE run(
            id TEXT PRIMARY KEY, domain TEXT NOT NULL, requested INTEGER NOT NULL, finished INTEGER, state TEXT NOT NULL,
            why TEXT, profile TEXT NOT NULL, own_profile TEXT, key TEXT NOT NULL, grade TEXT, worst TEXT, best TEXT,
            evidence INTEGER) WITHOUT ROWID;
        CREATE INDEX run_domain ON run(domain, requested);
        CREATE INDEX run_unfinished ON run(requested) WHERE finished IS NULL;
        CREATE INDEX run_evidence ON run(evidence) WHERE evidence IS NOT NULL;
        """

    private static let tables = """
        -- What begins compressed bodies: the shapes that all of a kind have.
        CREATE TABLE dictionary(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        -- Each body once, by the first 16 octets of its SHA-256. Without a size it is not compressed.
        CREATE TABLE body(
            id INTEGER PRIMARY KEY, sha BLOB NOT NULL UNIQUE, size INTEGER, dictionary INTEGER, bytes BLOB NOT NULL);
        -- A server's place has the address by itself, too: hosts of one address are looked for.
        CREATE TABLE place(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, address TEXT);
        CREATE INDEX place_address ON place(address) WHERE address IS NOT NULL;
        -- Names of facts, conditions under which they were asked for, and policies.
        CREATE TABLE label(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        -- One row for each change of a fact at a place: it was so from first_seen to last_seen.
        CREATE TABLE sighting(
            place INTEGER NOT NULL, fact INTEGER NOT NULL, condition INTEGER NOT NULL, first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL, version INTEGER NOT NULL, body INTEGER NOT NULL, domain INTEGER NOT NULL,
            named INTEGER, open INTEGER NOT NULL,
            PRIMARY KEY(place, fact, condition, first_seen)) WITHOUT ROWID;
        CREATE INDEX sighting_since ON sighting(first_seen);
        -- Which servers a domain has, and since when.
        CREATE TABLE edge(
            domain INTEGER NOT NULL, server INTEGER NOT NULL, preference INTEGER, first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL, PRIMARY KEY(domain, server)) WITHOUT ROWID;
        CREATE INDEX edge_server ON edge(server);
        -- One row for each change of a verdict.
        CREATE TABLE verdict(
            domain INTEGER NOT NULL, policy INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
            state TEXT NOT NULL, grade TEXT, body INTEGER NOT NULL, due INTEGER NOT NULL, engine TEXT NOT NULL,
            PRIMARY KEY(domain, policy, first_seen)) WITHOUT ROWID;
        CREATE INDEX verdict_since ON verdict(first_seen);
        -- Addresses that turned us away: not to be asked before.
        CREATE TABLE waiting(
            place INTEGER PRIMARY KEY, until INTEGER NOT NULL, attempts INTEGER NOT NULL, sign TEXT NOT NULL);
        """
}

extension Database {
    /// Through what the facts were seen; the first who says so says it for ever.
    func network(orElse own: String) throws -> String {
        if let first = try String.fetchOne(self, sql: "SELECT text FROM network") { return first }
        try execute(sql: "INSERT INTO network(text) VALUES (?)", arguments: [own])
        return own
    }
}
