internal import CheckKit

extension ProfileDecoder {
    /// The map under `never-waive`: finding codes, each with the reason.
    func readNeverWaive(_ cursor: YAMLCursor) -> [String: String]? {
        guard let entries = cursor.map() else { return nil }
        var reasons: [String: String] = [:]
        for (code, value) in entries {
            guard catalog.owner(of: code) != nil else {
                value.errorAtKey("unknown finding '\(code)'\(catalog.hint(forFinding: code))")
                continue
            }
            guard !value.removesNothing() else { continue }
            reasons[code] = value.text()
        }
        return reasons
    }

    /// The map under `waivers`. Whoever accepts a problem says why, who answers for it, and until when.
    func readWaivers(_ cursor: YAMLCursor, neverWaive: [String: String], enabled: Set<String>?) -> [Waiver]? {
        cursor.named { id, value in
            let keys = ["finding", "check", "domain", "server", "reason", "approved-by", "expires"]
            guard let fields = value.fields(keys) else { return nil }
            let reason = fields.required("reason")?.text()
            let approvedBy = fields.required("approved-by")?.text()
            let expires = fields.required("expires")?.day()
            guard let subject = subject(fields) else { return nil }
            refuse(subject, neverWaive)
            let server = fields["server"].flatMap { pattern($0, subject.check) }
            let domain = fields["domain"].flatMap(domainPattern)
            guard let reason, let approvedBy, let expires, server != nil || fields["server"] == nil,
                domain != nil || fields["domain"] == nil
            else { return nil }
            if let enabled, !enabled.contains(subject.check.id) {
                diagnostics.warning(
                    at: value.keyPosition, "this waiver is unused: the profile does not run \(subject.check.id)")
            }
            return Waiver(
                id: id, check: subject.check.id, code: subject.code, domain: domain, server: server, reason: reason,
                approvedBy: approvedBy, expires: expires)
        }
    }

    private struct Subject {
        let cursor: YAMLCursor
        let check: Check
        let code: String?
    }

    private func subject(_ fields: YAMLCursor.Fields) -> Subject? {
        switch (fields["finding"], fields["check"]) {
        case (nil, nil):
            fields.cursor.errorAtKey("\(fields.cursor.label) needs 'finding' or 'check'")
            return nil
        case (_?, let check?):
            check.errorAtKey("'finding' and 'check' in one waiver")
            return nil
        case (let finding?, nil):
            guard let code = finding.text() else { return nil }
            guard let owner = catalog.owner(of: code) else {
                finding.error("unknown finding '\(code)'\(catalog.hint(forFinding: code))")
                return nil
            }
            return Subject(cursor: finding, check: owner.check, code: code)
        case (nil, let cursor?):
            guard let id = cursor.text() else { return nil }
            guard let (check, renamed) = catalog.check(id) else {
                cursor.error("unknown check '\(id)'\(catalog.hint(forCheck: id))")
                return nil
            }
            if renamed { diagnostics.warning(at: cursor.node.position, "'\(id)' is now called '\(check.id)'") }
            return Subject(cursor: cursor, check: check, code: nil)
        }
    }

    /// Waiving a check waives whatever it finds.
    private func refuse(_ subject: Subject, _ neverWaive: [String: String]) {
        let codes = subject.code.map { [$0] } ?? subject.check.findings.map { $0.code }
        guard let code = codes.first(where: { neverWaive[$0] != nil }), let reason = neverWaive[code] else { return }
        subject.cursor.error("'\(code)' must not be waived: \(reason)")
    }

    private func domainPattern(_ cursor: YAMLCursor) -> HostPattern? {
        guard let text = cursor.text() else { return nil }
        if let pattern = HostPattern(text) { return pattern }
        cursor.error("'domain' must be a domain, or *. and the rest of one, not \(cursor.node.kind)")
        return nil
    }

    private func pattern(_ cursor: YAMLCursor, _ check: Check) -> HostPattern? {
        guard let text = cursor.text() else { return nil }
        if check.scope == .domain {
            cursor.errorAtKey("'\(check.id)' is about the whole domain: 'server' does not belong here")
            return nil
        }
        if let pattern = HostPattern(text) { return pattern }
        cursor.error("'server' must be an MX host, or *. and the rest of one, not \(cursor.node.kind)")
        return nil
    }
}
