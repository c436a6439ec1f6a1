internal import CheckKit
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import MailModel

/// Writes the log as lines of JSON on standard error.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues { "\($0)" }
        members["time"] = Date().formatted(.iso8601)
        members["level"] = event.level.rawValue
        members["message"] = "\(event.message)"
        guard let text = try? StableJSON.text(members) else { return }
        let line = Array((text + "\n").utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
