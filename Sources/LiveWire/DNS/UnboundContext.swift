internal import CUnbound
internal import MailModel

/// A context of libunbound, ready for its first question. Whoever holds it deletes it.
///
/// Sendable because the library locks the context itself; only using it after `delete` is a mistake.
struct UnboundContext: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Sets a context up. The order matters: threads first, then every option, and the built-in zones last, because
    /// removing a zone freezes the settings.
    init(_ settings: ResolverSettings) throws(ResolverError) {
        // libunbound starts OpenSSL, and the first start decides whether the host's openssl.cnf counts.
        OpenSSL.start()
        guard let pointer = ub_ctx_create() else { throw .local("out of memory or sockets") }
        self.pointer = pointer
        do {
            ub_ctx_debugout(pointer, nil)  // its messages go nowhere; they would go to standard error
            ub_ctx_debuglevel(pointer, 0)
            try check(ub_ctx_async(pointer, 1), "threads")  // the default forks a process
            try set(upstream: settings)
            try set(trustAnchors: settings.trustAnchors)
            for (option, value) in Self.capacity { try set(option, value) }
            try finish(settings)
        } catch {
            delete()
            throw error
        }
    }

    /// Stops the library's own thread and frees everything. Callbacks do not come any more.
    func delete() { ub_ctx_delete(pointer) }

    /// Room for thousands of lookups at once; the library's defaults are for a desktop program. Of TCP connections it would have two, and
    /// close one in use to have a third: see decision 0046.
    private static let capacity = [
        ("outgoing-range:", "950"), ("outgoing-num-tcp:", "1000"), ("num-queries-per-thread:", "4096"),
    ]

    private func set(upstream settings: ResolverSettings) throws(ResolverError) {
        switch settings.upstream {
        case .system:
            // Only forwarders are asked, and a stub resolver on 127.0.0.53 is a common one.
            try set("do-not-query-localhost:", "no")
            for server in try SystemNameServers.read(settings.systemFile) {
                try check(ub_ctx_set_fwd(pointer, server), "name server \(server)")
            }
        case .address(let address, let port):
            try set("do-not-query-localhost:", "no")
            try check(ub_ctx_set_fwd(pointer, "\(address)@\(port)"), "forwarder \(address)@\(port)")
        case .recursive:
            // Whoever controls a zone chooses the addresses of its name servers: never let that aim us inwards.
            for block in IPAddress.specialPurposeBlocks { try set("do-not-query-address:", "\(block)") }
            if let server = settings.rootServer {
                try check(ub_ctx_set_stub(pointer, ".", server, 0), "root server \(server)")
            }
        }
    }

    private func set(trustAnchors: ResolverSettings.TrustAnchors) throws(ResolverError) {
        switch trustAnchors {
        case .builtIn:
            for anchor in RootTrustAnchors.all { try check(ub_ctx_add_ta(pointer, anchor), "trust anchor") }
        case .file(let file):
            try requireKeys(in: file)
            try check(ub_ctx_add_ta_file(pointer, file), "trust anchor file")
        case .none: break
        }
    }

    /// The library takes a file without any record for granted, and would then trust nothing and validate nothing.
    private func requireKeys(in file: String) throws(ResolverError) {
        let lines: [Substring]
        do throws(BoundedFile.Unreadable) {
            lines = try BoundedFile.lines(of: file)
        } catch {
            throw .unreadableTrustAnchors(file: file, reason: error.reason)
        }
        let hasKey = lines.contains { line in
            line.prefix { $0 != ";" }.split(whereSeparator: \.isWhitespace).contains {
                ["DS", "DNSKEY"].contains($0.uppercased())
            }
        }
        guard hasKey else { throw .noTrustAnchors(file: file) }
    }

    /// Removes the built-in zones. The first removal reads all settings, so that a bad anchor file is noticed here.
    private func finish(_ settings: ResolverSettings) throws(ResolverError) {
        for zone in BuiltInZones.all {
            let status = ub_ctx_zone_remove(pointer, zone)
            if status != 0, case .file(let file) = settings.trustAnchors { throw .noTrustAnchors(file: file) }
            try check(status, "zone \(zone)")
        }
    }

    private func set(_ option: String, _ value: String) throws(ResolverError) {
        try check(ub_ctx_set_option(pointer, option, value), "\(option) \(value)")
    }

    private func check(_ status: Int32, _ option: String) throws(ResolverError) {
        guard status == 0 else { throw .badOption(option, reason: libraryText(status)) }
    }
}

/// The library's words for one of its status codes.
func libraryText(_ status: Int32) -> String {
    ub_strerror(status).map { String(cString: $0) } ?? "error \(status)"
}
