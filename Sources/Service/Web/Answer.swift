internal import CheckKit
internal import Hummingbird
internal import NIOCore
internal import Reporting

/// What a request is answered with.
enum Answer {
    /// Text of a type.
    static func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        bytes(ByteBuffer(string: text), type: type, status: status)
    }

    /// Octets of a type.
    static func bytes(_ bytes: ByteBuffer, type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: bytes))
    }

    /// A page.
    static func page(_ page: HTML, status: HTTPResponse.Status = .ok) -> Response {
        text(page.markup, type: "text/html; charset=utf-8", status: status)
    }

    /// A value as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        text(try StableJSON.text(value) + "\n", type: "application/json", status: status)
    }

    /// Somewhere else, to be fetched with GET. RFC 9110, section 15.4.4.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path], body: ResponseBody())
    }
}

extension Refusal {
    /// The refusal as problem details. RFC 9457.
    var problem: Response {
        let problem = Problem(
            type: "/problems#\(kind.rawValue)", title: kind.title, status: kind.status, detail: detail,
            retryAfter: retryAfter)
        let text = (try? StableJSON.text(problem)) ?? "{}"
        return response(Answer.text(text + "\n", type: "application/problem+json"))
    }

    /// The refusal as a page.
    var page: Response { response(Answer.page(Pages.problem(self))) }

    private func response(_ response: Response) -> Response {
        var response = response
        response.status = HTTPResponse.Status(code: kind.status)
        if let retryAfter { response.headers[.retryAfter] = "\(retryAfter)" }
        if kind == .unauthorized {
            response.headers[.wwwAuthenticate] = "Basic realm=\"mailgraded\", charset=\"UTF-8\""
        }
        return response
    }
}

/// Problem details. RFC 9457, section 3.1.
private struct Problem: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String
    let retryAfter: Int?
}
