internal import FoundationEssentials
internal import MailModel

/// How long senders are to remember a policy, in seconds: a week while it is tried, then two. RFC 8461, section 3.2.
private enum MaxAge {
    static let testing = 604_800
    static let enforce = 1_209_600
    static let longest = 31_557_600
}

extension PasteContext {
    /// Policy before record, so that nobody looks for what is not there; testing before enforce. RFC 8461, sections 2.2 and 8.1.
    var mtaSTSIntroduction: [Snippet] {
        guard let policy = policy(.testing), let record = mtaSTSRecord, let domain else { return [] }
        let steps = Snippet(
            "In this order", .steps,
            [
                "1. Serve the policy over HTTPS as text/plain, with a certificate of a public CA for mta-sts.\(domain).",
                "2. Publish the record.",
                "3. Read the reports of senders (TLS-RPT) for two weeks. Then switch to mode enforce, with a new id.",
                "4. To withdraw it one day: mode none with a new id, and keep both until the old max_age has passed.",
            ])
        return [steps, policy, record].compactMap(\.self)
    }

    /// The policy anew, in the mode that it has.
    var mtaSTSPolicy: [Snippet] {
        policyAndRecord(published.mtaSTS?.policy.flatMap { Mode(rawValue: $0.mode) } ?? .testing)
    }

    /// The policy in mode enforce, once nothing fails any more.
    var mtaSTSEnforcement: [Snippet] {
        let made = policyAndRecord(.enforce)
        guard !made.isEmpty else { return [] }
        let steps = Snippet(
            "In this order", .steps,
            [
                "1. Look whether reports of two weeks (TLS-RPT) show no failure.",
                "2. Serve the policy in mode enforce, then publish the record with the new id.",
                "3. A new MX host goes into the policy first, with a new id, and into the DNS a day later.",
            ])
        return [steps].compactMap(\.self) + made
    }

    /// The policy back in mode testing: senders that remember the old one look again when the id changes.
    var mtaSTSRetreat: [Snippet] { policyAndRecord(.testing) }

    /// The record with an id of the instant of judgement, which no policy has had before. RFC 8461, section 3.1.
    var mtaSTSRecord: Snippet? {
        guard let domain else { return nil }
        var id = instant.timestamp.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        if id == published.mtaSTS?.id { id += "1" }
        let isNew = published.mtaSTS?.record ?? .absent == .absent
        return Snippet(
            "In the zone of \(domain)\(isNew ? "" : ", in place of the record that is there")", .zone,
            ["_mta-sts.\(domain). IN TXT \"v=STSv1; id=\(id)\""])
    }

    private enum Mode: String { case none, testing, enforce }

    private func policyAndRecord(_ mode: Mode) -> [Snippet] {
        guard let policy = policy(mode), let record = mtaSTSRecord else { return [] }
        return [policy, record]
    }

    /// The policy file for the MX hosts that were seen.
    private func policy(_ mode: Mode) -> Snippet? {
        guard let domain, mode == .none || !patterns.isEmpty else { return nil }
        let least = mode == .enforce ? MaxAge.enforce : MaxAge.testing
        let known = published.mtaSTS?.policy.map(\.maxAge) ?? 0
        let maxAge = min(max(known, least), MaxAge.longest)
        return Snippet(
            "At https://mta-sts.\(domain)/.well-known/mta-sts.txt (lines end in CRLF)", .policy,
            ["version: STSv1", "mode: \(mode.rawValue)"] + (mode == .none ? [] : patterns.map { "mx: \($0)" })
                + ["max_age: \(maxAge)"])
    }

    /// A line for each host; many hosts right below one name are one wildcard.
    private var patterns: [String] {
        // Before a migration both are named: the new hosts, and those that mail goes to until then.
        let hosts = (named + (published.exchange?.hosts ?? []).map(\.name)).filter(\.isHostName)
        return hosts.map { host -> String in
            guard let parent = host.parent, parent.labels.count >= 3 else { return host.text }
            return hosts.count { $0.parent == parent } > 3 ? "*.\(parent)" : host.text
        }
        .unique
    }
}
