internal import CheckKit
internal import Hummingbird
internal import MailModel
internal import NIOCore
internal import Store

/// What happens in a run, as server-sent events: each with its number, so that whoever was cut off goes on where he was. WHATWG HTML,
/// section 9.2.
struct EventStream {
    /// How it is told.
    enum View: Sendable {
        /// Each event as it happened.
        case events
        /// How the run stands, whenever that has changed.
        case board
    }

    /// A board is sent no more often.
    private static let pace = Duration.milliseconds(100)
    /// A reader who takes nothing for so long is cut off by the connection's own limit; a heart-beat shows that he is gone.
    static let heartBeat = Duration.seconds(15)

    let run: LiveRun
    let view: View
    /// The last event that the reader has seen.
    let after: Int
    let metrics: ServiceMetrics
    /// Who reads, and all who do.
    let client: ClientNetwork
    let streams: OpenStreams
    /// How long runs take, and when they end at the latest, in seconds.
    let usual: Double?
    let deadline: Double

    var response: Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
                // nginx would keep events until it has many.
                .accelBuffering: "no",
            ],
            body: ResponseBody { writer in
                metrics.stream(1)
                streams.open(client)
                defer {
                    metrics.stream(-1)
                    streams.close(client)
                }
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                // A number that was not given yet is that of another process, which had begun the run before: its reader gets all.
                var last = run.events(after: 0).events.count >= after ? after : 0
                for await _ in run.listen() {
                    let (events, isOver) = run.events(after: last)
                    try await writer.write(ByteBuffer(string: text(of: events)))
                    last = max(last, events.last?.number ?? last)
                    if isOver { break }
                    if view == .board { try await Task.sleep(for: Self.pace) }
                }
                try await writer.finish(nil)
            })
    }

    private func text(of events: ArraySlice<LiveRun.Event>) -> String {
        guard let last = events.last else { return ": still here\n\n" }
        switch view {
        case .events: return events.map { Self.block($0.number, $0.name, $0.data) }.joined()
        case .board:
            let state = BoardState(run.standing, profile: run.run.profile, usual: usual, deadline: deadline)
            let board = (try? StableJSON.text(state)) ?? "{}"
            let text = Self.block(last.number, "board", board)
            return last.name == "ended" ? text + Self.block(last.number, last.name, last.data) : text
        }
    }

    private static func block(_ number: Int, _ name: String, _ data: String) -> String {
        "id: \(number)\nevent: \(name)\ndata: \(data)\n\n"
    }

    /// The stream of a run that has ended long ago.
    static func over(_ data: String) -> Response {
        Answer.text(
            "retry: 1000\n\nevent: ended\ndata: \(data)\n\n", type: "text/event-stream")
    }
}
