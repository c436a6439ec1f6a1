internal import CheckKit
internal import MailModel
internal import Observations

/// Why a batch was stopped: it would only have collected our own faults.
public enum BatchRefusal: Error, Sendable, CustomStringConvertible {
    /// None of the first servers answered.
    case nobodyAnswers(Int, port: Int)

    /// One or two sentences.
    public var description: String {
        switch self {
        case .nobodyAnswers(let count, let port):
            "None of the first \(count) servers answered: outbound port \(port) is probably blocked here. Nothing was graded; "
                + "run the same command again where it is open."
        }
    }
}

extension Evidence {
    /// Whether a server at an address sent a greeting, or its machine refused the connection.
    func isHeard(at address: IPAddress) -> Bool {
        servers.contains { server in
            guard server.address == address else { return false }
            let greeting = observed(Conversation.self, at: .server(server)).value?.greeting
            switch greeting {
            case .present: return true
            case .absent(.failed(.refused)), .absent(.failed(.reset)), .absent(.failed(.closedEarly)): return true
            case .absent, nil: return false
            }
        }
    }
}
