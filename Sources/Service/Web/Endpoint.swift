internal import Hummingbird
internal import MailModel

/// Something that can be asked for: how, and what it is for people who write programs.
struct Endpoint: Sendable {
    /// The method.
    let method: HTTPRequest.Method
    /// The path, with names in braces for what differs.
    let path: String
    /// What it is for the description of the interface; nil for pages.
    var description: OpenAPI.Operation?
    /// What it answers.
    let answer: @Sendable (Request, ServiceContext) async throws -> Response

    init(
        _ method: HTTPRequest.Method, _ path: String, _ description: OpenAPI.Operation? = nil,
        answer: @escaping @Sendable (Request, ServiceContext) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.description = description
        self.answer = answer
    }
}

extension ServiceContext {
    /// The id of a run in the path. Throws `Refusal` for what could be none.
    func runID() throws -> String {
        guard let id = parameters.get("id"), RandomName.isOne(id) else {
            throw Refusal(.notFound, "There is no such result; it may have been deleted.")
        }
        return id
    }

    /// The domain in the path. Throws `Refusal` for what is none.
    func domain() throws -> DomainName { try DomainName(asked: parameters.get("name") ?? "") }
}

extension DomainName {
    /// The domain that somebody typed. Throws `Refusal` with what is wrong with it.
    init(asked text: String) throws {
        do {
            try self.init(input: text)
        } catch {
            throw Refusal(.badDomain, error.description)
        }
    }
}
