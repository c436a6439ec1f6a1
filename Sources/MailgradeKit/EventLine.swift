internal import CheckKit
internal import Grading
internal import MailModel
internal import Reporting

extension GradingEvent {
    /// The event as a line of JSON with its end, as `mailgrade schema events` describes it; the report is the last such line.
    public func line() throws -> String {
        var members: [String: JSONValue] = ["schema": .string(Reports.eventSchema), "event": .string(name)]
        switch self {
        case .servers(let list):
            members["servers"] = .array(
                list.map { .object(["host": .string($0.host.text), "address": .string($0.address.description)]) })
        case .began(let place, let fact, let phrase), .learnt(let place, let fact, let phrase),
            .ended(let place, let fact, let phrase):
            members["fact"] = .string(fact.text)
            members["phrase"] = .string(phrase)
            members["host"] = place.host.map { .string($0.text) } ?? .null
            members["address"] = place.address.map { .string($0.description) } ?? .null
        case .waits(let place, let seconds, let sign):
            members["host"] = place.host.map { .string($0.text) } ?? .null
            members["address"] = place.address.map { .string($0.description) } ?? .null
            members["seconds"] = .number((seconds * 1000).rounded() / 1000)
            members["sign"] = .string(sign)
        case .range(let profile, let worst, let best):
            members["profile"] = .string(profile)
            members["worst"] = .string(worst.rawValue)
            members["best"] = .string(best.rawValue)
        case .note(let sentence): members["sentence"] = .string(sentence)
        }
        return try JSONValue.object(members).lineText()
    }

    private var name: String {
        switch self {
        case .servers: "servers"
        case .began: "began"
        case .learnt: "learnt"
        case .ended: "ended"
        case .waits: "waits"
        case .range: "range"
        case .note: "note"
        }
    }
}
