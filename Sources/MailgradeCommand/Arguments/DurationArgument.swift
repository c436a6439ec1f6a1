internal import ArgumentParser
internal import MailModel

extension Duration {
    /// A duration as a person types it: `90s`, `2m`, `1m30s`, `1h`; a plain number is seconds. From 1 s to 1 h.
    init(argument: String) throws {
        let isPlain = argument.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard let duration = Duration(text: isPlain ? "\(argument)s" : argument),
            (.seconds(1) ... .seconds(3600)).contains(duration)
        else { throw ValidationError("Use a duration from 1s to 1h, for example 90s, 2m or 1m30s.") }
        self = duration
    }
}
