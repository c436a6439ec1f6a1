internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

extension ReportFormat {
    /// What a plugin of Nagios and its relatives prints: a line with a status and figures, then details.
    /// <https://nagios-plugins.org/doc/guidelines.html>, section 2 and 2.6.
    static let nagios = ReportFormat(
        "nagios", summary: "a status line for Nagios and Icinga", mediaType: "text/plain", fileEnding: "txt",
        joint: { _ in
            OneDocument(of: { reports, layout in (layout.gate.standing(of: reports), reports.headlines) }) {
                overview($0)
            }
        }
    ) { reports, layout in
        let line = "MAILGRADE \(layout.gate.standing(of: reports).word) - \(reports.headlines)"
        let details = reports.all.flatMap(\.details).map { "\(plain($0))\n" }
        return "\(plain(line)) | \(reports.figures(layout.gate.bar))\n\(details.joined())"
    }

    /// Several runs: the line of status is that of the worst, and each run has a line of detail.
    private static func overview(_ runs: [(standing: Standing, headlines: String)]) -> String {
        let worst = Standing.worst(ofRuns: runs.map(\.standing))
        let count = runs.count { $0.standing == worst }
        let line = "MAILGRADE \(worst.word) - \(count) of \(runs.count) domains\n"
        return line + runs.map { "\($0.standing.word): \(plain($0.headlines))\n" }.joined()
    }

    /// One line without the bar that parts text from figures.
    private static func plain(_ text: String) -> String {
        String(text.escapedForTerminal.map { $0 == "|" ? "/" : $0 })
    }
}

extension Standing {
    /// The state as the exit status of the command says it: 0, 1 and 3; Nagios takes any other number for unknown.
    fileprivate var word: String {
        switch self {
        case .met: "OK"
        case .missed: "WARNING"
        case .open, .nothing: "UNKNOWN"
        }
    }
}

extension Report {
    /// Why, what to do, and what is open: a line each.
    fileprivate var details: [String] {
        sentences
            + explanation.toDo.map { "\($0.severity.rawValue) \($0.code): \($0.remedy)" }
            + doubts.map { "undetermined \($0.check): \($0.why)" }
    }
}

extension Reports {
    /// The domain and what came of it under each profile.
    fileprivate var headlines: String {
        let heads = all.map { all.count > 1 ? "\($0.profile.id) \($0.headline)" : $0.headline }
        return "\(first.domain.forPeople): \(heads.joined(separator: ", "))"
    }

    /// `label=value;warn;crit;min;max`, where a threshold `3:` warns below 3. Labels of several profiles
    /// have their ids, which hold no quote.
    fileprivate func figures(_ bar: Grade?) -> String {
        let grades = all.map { report in
            let label = all.count > 1 ? "'grade_\(report.profile.id)'" : "grade"
            return "\(label)=\(report.assessment.grade?.number ?? 0);\(bar.map { "\($0.number):" } ?? "");;0;6"
        }
        let days = first.firstExpiry.map { date in
            "certificate_days=\(Int((date.timeIntervalSince(first.run.judgedAt) / 86_400).rounded(.down)));;;;"
        }
        let servers = [
            "servers=\(first.servers.count);;;0;", "answering=\(first.answering);;;0;\(first.servers.count)",
        ]
        return (grades + [days].compactMap(\.self) + servers).joined(separator: " ")
    }
}
