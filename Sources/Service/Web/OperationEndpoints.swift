internal import Hummingbird
internal import Store

extension MailgradeService {
    /// How the watch stands; nil where nothing is watched.
    private var watch: ServiceMetrics.Watch? {
        get async throws {
            guard let alerts = await watcher?.alerts else { return nil }
            return ServiceMetrics.Watch(
                alerts: (alerts.count { $0.state == .open }, alerts.count { $0.state == .acknowledged }),
                undelivered: try means.store.waitingDeliveries())
        }
    }

    /// What those who run the service ask for, and robots.
    var operation: [Endpoint] {
        [
            Endpoint(.get, "/healthz") { _, _ in Answer.text("alive\n", type: "text/plain") },
            Endpoint(.get, "/readyz") { _, _ in
                do {
                    try await means.store.flush()
                } catch {
                    return Answer.text(
                        "The store cannot be written.\n", type: "text/plain", status: .serviceUnavailable)
                }
                return Answer.text("ready\n", type: "text/plain")
            },
            Endpoint(.get, "/metrics") { _, _ in
                Answer.text(
                    metrics.text(load: await desk.load, watch: try await watch),
                    type: "text/plain; version=0.0.4; charset=utf-8")
            },
            Endpoint(.get, "/robots.txt") { _, _ in
                Answer.text(
                    "User-agent: *\nDisallow: /runs/\nDisallow: /domains/\nDisallow: /lists/\n", type: "text/plain")
            },
            Endpoint(.get, "/.well-known/probing.txt") { _, _ in
                guard let text = probingText else {
                    throw Refusal(.notFound, "Whoever runs this service has named no contact in its manners.")
                }
                return Answer.text(text, type: "text/plain; charset=utf-8")
            },
        ]
    }
}
