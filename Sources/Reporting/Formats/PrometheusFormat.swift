internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

extension ReportFormat {
    /// Metrics for the textfile collector of a node exporter: written after a run, so that a scrape never starts one.
    /// <https://prometheus.io/docs/instrumenting/exposition_formats/>, text format 0.0.4.
    static let prometheus = ReportFormat(
        "prometheus", summary: "metrics for Prometheus", mediaType: "text/plain; version=0.0.4", fileEnding: "prom",
        part: { reports, _ in reports.metrics }
    ) { runs in
        Metric.joined(runs).filter { !$0.samples.isEmpty }.map(\.text).joined()
    }
}

/// One metric, always a gauge: nothing here is counted up.
private struct Metric {
    let name: String
    let help: String
    let samples: [Sample]

    struct Sample {
        let labels: Labels
        let value: String
    }

    typealias Labels = [(String, String)]

    init(_ name: String, _ help: String, _ samples: [Sample]) {
        self.name = "mailgrade_" + name
        self.help = help
        self.samples = samples
    }

    init(_ name: String, _ help: String, _ labels: Labels, _ value: String) {
        self.init(name, help, [Sample(labels: labels, value: value)])
    }

    /// The metrics of several runs, which all have the same ones: each once, with the samples of every run. What was seen of the same
    /// thing twice counts as seen last.
    static func joined(_ runs: [[Metric]]) -> [Metric] {
        guard runs.count > 1, let first = runs.first else { return runs.first ?? [] }
        return first.indices.map { index in
            var last: [[String]: Int] = [:]
            let samples = runs.flatMap { $0[index].samples }
            for (place, sample) in samples.enumerated() { last[sample.labels.flatMap { [$0, $1] }] = place }
            let kept = samples.enumerated().filter { last[$1.labels.flatMap { [$0, $1] }] == $0 }.map(\.element)
            return Metric(name: first[index].name, help: first[index].help, samples: kept)
        }
    }

    private init(name: String, help: String, samples: [Sample]) {
        self.name = name
        self.help = help
        self.samples = samples
    }

    var text: String {
        let lines = samples.map { sample in
            let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            return "\(name){\(labels)} \(sample.value)\n"
        }
        return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(lines.joined())"
    }

    /// The value of a label: backslash, quote and line end are escaped, and what could steer a terminal before that.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.escapedForTerminal {
            if character == "\\" || character == "\"" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

extension Reports {
    fileprivate var metrics: [Metric] { judged + observed }

    /// What depends on the profile.
    private var judged: [Metric] {
        func each(_ value: (Report) -> String?) -> [Metric.Sample] {
            all.compactMap { report in value(report).map { Metric.Sample(labels: report.labels, value: $0) } }
        }
        return [
            Metric(
                "grade", "The letter: 6 is A+, 1 is F, 0 is no letter.", each { "\($0.assessment.grade?.number ?? 0)" }),
            Metric(
                "grade_worst", "The worst letter that the grade could still become, as in mailgrade_grade.",
                each { ($0.assessment.range?.worst.number).map { "\($0)" } }),
            Metric(
                "grade_best", "The best letter that the grade could still become, as in mailgrade_grade.",
                each { ($0.assessment.range?.best.number).map { "\($0)" } }),
            Metric("score", "The score, from 0 to 100.", each { $0.points.score?.threeDecimals }),
            Metric(
                "open_questions", "How many questions could not be answered.",
                each { "\($0.assessment.openQuestions.count)" }),
            Metric("findings", "How many findings count, by severity.", all.flatMap(\.findingSamples)),
            Metric("requirements", "How many requirements have an outcome.", all.flatMap(\.requirementSamples)),
            Metric(
                "profile_info", "Always 1: the policy, and what collected.",
                all.map { report in
                    let more = [("digest", report.profile.digest), ("engine", report.run.engine)]
                    return Metric.Sample(labels: report.labels + more, value: "1")
                }),
        ]
    }

    /// What was seen, whoever judges it.
    private var observed: [Metric] {
        let run = first.run
        let domain = [("domain", first.domain.text)] + first.namedServerLabels
        return [
            Metric("servers", "How many mail servers there are.", domain, "\(first.servers.count)"),
            Metric("servers_answering", "How many of them greeted.", domain, "\(first.answering)"),
            Metric(
                "certificate_expiry_timestamp_seconds", "When the certificate of a server ends.",
                first.servers.compactMap { server in
                    server.certificate.map { certificate in
                        let labels = [("host", server.host.text), ("address", server.address?.description ?? "")]
                        return Metric.Sample(labels: domain + labels, value: certificate.notAfter.unixTime)
                    }
                }),
            Metric("run_complete", "Whether the run went on to its end.", domain, run.wasCancelled ? "0" : "1"),
            Metric("run_timestamp_seconds", "When the run was started.", domain, run.startedAt.unixTime),
            Metric("run_duration_seconds", "How long the run took.", domain, run.seconds.threeDecimals),
            Metric("run_connections", "How many connections the run opened.", domain, "\(run.connections)"),
        ]
    }
}

extension Report {
    fileprivate var labels: Metric.Labels {
        [("domain", domain.text), ("profile", profile.id)] + namedServerLabels
    }

    /// What a run about named servers says is no value of the domain's own series.
    fileprivate var namedServerLabels: Metric.Labels {
        namedServers.isEmpty ? [] : [("named_servers", namedServers.map(\.text).joined(separator: " "))]
    }

    fileprivate var findingSamples: [Metric.Sample] {
        let counts = counts
        return Severity.allCases.map { severity in
            Metric.Sample(labels: labels + [("severity", severity.rawValue)], value: "\(counts[severity] ?? 0)")
        }
    }

    fileprivate var requirementSamples: [Metric.Sample] {
        guard let requirements = assessment.compliance?.requirements else { return [] }
        return Compliance.Outcome.allCases.map { outcome in
            let count = requirements.count { $0.outcome == outcome }
            return Metric.Sample(labels: labels + [("outcome", outcome.rawValue)], value: "\(count)")
        }
    }
}

extension Date {
    /// Seconds since 1970.
    fileprivate var unixTime: String { "\(Int(timeIntervalSince1970.rounded(.down)))" }
}
