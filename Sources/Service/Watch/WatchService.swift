internal import FoundationEssentials
internal import Logging
internal import MailModel
internal import ServiceLifecycle
internal import Store

/// Watches lists and sends what there is to be told, until the service stops.
struct WatchService: Service, CustomStringConvertible {
    let watcher: Watcher
    let outbox: Outbox
    let logger: Logger
    /// What a group of services calls it.
    let description = "watch"

    /// Messages of a look that has just ended wait no longer.
    private static let pause = Duration.seconds(5)
    /// After this time what went wrong may be over.
    private static let patience = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await until("watching") { try await watcher.run() } }
                group.addTask {
                    await until("sending") { try await outbox.run { try await Task.sleep(for: Self.pause) } }
                }
            }
        }
    }

    private func until(_ what: String, _ body: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await body()
            } catch is CancellationError {
            } catch {
                logger.critical("\(what) has been interrupted: \(error)")
                try? await Task.sleep(for: Self.patience)
            }
        }
    }
}
