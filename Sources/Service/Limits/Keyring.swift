internal import FoundationEssentials
internal import Hummingbird
internal import MailModel

/// Who may do more than look.
struct Keyring: Sendable {
    private let rights: [String: Set<ServiceConfiguration.Token.Right>]

    init(_ tokens: [String: ServiceConfiguration.Token]) {
        rights = tokens.values.reduce(into: [:]) { $0[$1.digest, default: []].formUnion($1.rights) }
    }

    /// Whether the request comes with a token that is good for something: as a bearer (RFC 6750), or as the password that browsers
    /// ask for (RFC 7617).
    func allows(_ request: Request, _ right: ServiceConfiguration.Token.Right) -> Bool {
        token(request).map { rights[SHA256.hex($0.utf8)]?.contains(right) == true } ?? false
    }

    /// Throws `Refusal` where it does not.
    func require(_ request: Request, _ right: ServiceConfiguration.Token.Right) throws {
        guard !allows(request, right) else { return }
        let what =
            switch right {
            case .lists:
                "Lists, and the history of domains that have not published theirs, are shown to those who have a token."
            case .delete: "Only whoever asked for a result can delete it, or somebody with a token for it."
            case .profiles: "Profiles of one's own are for those who have a token."
            }
        guard !isKnown(request) else { throw Refusal(.notAllowed, "This token is not for that. \(what)") }
        throw Refusal(.unauthorized, what)
    }

    /// Whether the request comes with a token that is good for anything.
    private func isKnown(_ request: Request) -> Bool {
        token(request).map { rights[SHA256.hex($0.utf8)] != nil } ?? false
    }

    private func token(_ request: Request) -> String? {
        guard let field = request.headers[.authorization] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer": return parts[1]
        case "basic":
            guard let data = Data(base64Encoded: parts[1]) else { return nil }
            let pair = String(decoding: data, as: UTF8.self).split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return pair.count == 2 ? String(pair[1]) : nil
        default: return nil
        }
    }
}
