internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Glibc
internal import Grading
internal import MailModel
internal import Store

/// What the service has done and how it is, for Prometheus. No domain and no client is in it.
final class ServiceMetrics: Sendable {
    private struct Counts {
        var runs: [StoredRun.State: Int] = [:]
        var grades: [String: Int] = [:]
        var connections = 0
        var durations = [Int](repeating: 0, count: ServiceMetrics.bounds.count + 1)
        var durationSum = 0.0
        var started = 0
        var requests: [Answered: Int] = [:]
        var refusals: [Refusal.Kind: Int] = [:]
        var streams = 0
        var looks: [LookKind: Int] = [:]
        var failedLooks = 0
    }

    /// How the watch stands.
    struct Watch: Sendable {
        /// Alerts that are open, and that somebody knows of.
        var alerts: (open: Int, acknowledged: Int)
        /// Messages that no channel has taken yet.
        var undelivered: Int
    }

    private struct Answered: Hashable {
        let route: String
        let status: Int
    }

    private static let bounds: [Double] = [0.5, 1, 2, 5, 10, 30, 60, 120]

    private let counts = Locked(Counts())
    private let start: Double

    init(at instant: Date) { start = instant.timeIntervalSince1970.rounded() }

    /// A run has begun.
    func began() { counts.withLock { $0.started += 1 } }

    /// A run has ended.
    func ended(_ run: StoredRun, _ evidence: Evidence?, seconds: Double) {
        counts.withLock { counts in
            counts.runs[run.state, default: 0] += 1
            if run.state == .done { counts.grades[run.grade ?? "none", default: 0] += 1 }
            counts.connections += evidence?.trace.connections.values.reduce(0, +) ?? 0
            counts.durations[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            counts.durationSum += seconds
        }
    }

    /// A request was answered; `route` is the pattern of its path.
    func answered(_ route: String, _ status: Int) {
        counts.withLock { $0.requests[Answered(route: route, status: status), default: 0] += 1 }
    }

    /// A request was refused.
    func refused(_ kind: Refusal.Kind) { counts.withLock { $0.refusals[kind, default: 0] += 1 } }

    /// A look of the watch has ended; without evidence it could not be made.
    func looked(_ kind: LookKind, _ evidence: Evidence?) {
        counts.withLock { counts in
            counts.looks[kind, default: 0] += 1
            counts.failedLooks += evidence == nil ? 1 : 0
            counts.connections += evidence?.trace.connections.values.reduce(0, +) ?? 0
        }
    }

    /// A stream of events was opened, or closed.
    func stream(_ change: Int) { counts.withLock { $0.streams += change } }

    /// How many streams are open.
    var streams: Int { counts.withLock { $0.streams } }

    /// All of it; `watch` is nil where nothing is watched.
    func text(load: (going: Int, waiting: Int), watch: Watch?) -> String {
        let counts = counts.withLock { $0 }
        var page = MetricsText()
        page.gauge("mailgraded_build_info", "The version of the engine.", [([("version", Engine.version)], 1)])
        page.gauge("mailgraded_runs_going", "Runs that go on.", [([], Double(load.going))])
        page.gauge("mailgraded_runs_waiting", "Runs that wait for their turn.", [([], Double(load.waiting))])
        page.counter(
            "mailgraded_runs_ended_total", "Runs that have ended, by how.",
            StoredRun.State.allCases.filter { $0 != .waiting }.map { state in
                ([("state", state.rawValue)], Double(counts.runs[state] ?? 0))
            })
        page.counter(
            "mailgraded_grades_total", "Results by their letter under the profile that was asked for.",
            (Grade.allCases.map(\.rawValue) + ["none"]).map { ([("grade", $0)], Double(counts.grades[$0] ?? 0)) })
        page.counter(
            "mailgraded_connections_total", "Connections to mail servers.", [([], Double(counts.connections))])
        page.histogram(
            "mailgraded_run_duration_seconds", "How long runs took.", bounds: Self.bounds, counts: counts.durations,
            sum: counts.durationSum)
        page.counter(
            "mailgraded_http_requests_total",
            "Requests that were answered, by the pattern of their path and their status.",
            counts.requests.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }.map { key, count in
                ([("route", key.route), ("status", "\(key.status)")], Double(count))
            })
        page.counter(
            "mailgraded_refusals_total", "Requests that were refused, by why.",
            Refusal.Kind.allCases.map { ([("kind", $0.rawValue)], Double(counts.refusals[$0] ?? 0)) })
        page.gauge("mailgraded_event_streams", "Streams of events that are open.", [([], Double(counts.streams))])
        if let watch {
            page.counter(
                "mailgraded_looks_total", "Looks at domains of lists, by kind.",
                LookKind.allCases.map { ([("kind", $0.rawValue)], Double(counts.looks[$0] ?? 0)) })
            page.counter(
                "mailgraded_looks_failed_total", "Looks that could not be made.", [([], Double(counts.failedLooks))])
            page.gauge(
                "mailgraded_alerts", "Alerts that are not over, by state.",
                [
                    ([("state", "open")], Double(watch.alerts.open)),
                    ([("state", "acknowledged")], Double(watch.alerts.acknowledged)),
                ])
            page.gauge(
                "mailgraded_messages_waiting", "Messages that no channel has taken yet.",
                [([], Double(watch.undelivered))])
        }
        page.gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", [([], start)])
        let own = OwnProcess()
        page.gauge("process_resident_memory_bytes", "Memory in use.", [([], Double(own.memory))])
        page.gauge("process_open_fds", "Open files and sockets.", [([], Double(own.openFiles))])
        return page.text
    }
}

/// What the system says of this process.
private struct OwnProcess {
    var memory = 0
    var openFiles = 0

    init() {
        if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
            let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            memory = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
        openFiles = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
    }
}
