internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Reporting

/// Stands before every route: turns away what is not for us, says what a page may do, turns refusals into answers, and counts.
struct Doorkeeper: RouterMiddleware {
    /// The names by which the service is known; nil where any will do.
    let hosts: Set<String>?
    let metrics: ServiceMetrics
    let logger: Logger

    func handle(
        _ request: Request, context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            try check(request)
            response = try await next(request, context)
        } catch let refusal as Refusal {
            metrics.refused(refusal.kind)
            // What follows cannot be told from another request: it is taken, lest it be answered behind this one.
            if refusal.kind == .unknownCoding { _ = try? await request.smallBody() }
            response = refusal.answer(to: request)
        } catch let error as HTTPError {
            response = Self.refusal(error).answer(to: request)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.error("\(request.method) \(request.uri.path): \(error)")
            response = Refusal(.broken, "Whoever runs this service finds the reason in its log.").answer(to: request)
        }
        metrics.answered(context.coreContext.endpointPath.value ?? "none", response.status.code)
        response.headers.append(contentsOf: Self.headers.filter { response.headers[$0.name] == nil })
        if request.method == .head { response.body = ResponseBody() }
        return response
    }

    /// What two readers may understand in two ways is answered by none. A name that leads here by a trick of the DNS, and a form on
    /// another site, are not ours.
    private func check(_ request: Request) throws {
        // The first field Host became the authority; this is another one. RFC 9112, section 3.2.
        guard !request.headers.contains(where: { $0.name.canonicalName == "host" }) else {
            throw Refusal(.badRequest, "The request has more than one field Host.")
        }
        // RFC 9112, section 6.1.
        if let coding = request.headers[.transferEncoding], coding.lowercased() != "chunked" {
            throw Refusal(.unknownCoding, "Of transfer codings only chunked is read.")
        }
        if let hosts {
            guard Self.isName(request.head.authority ?? "", among: hosts) else {
                throw Refusal(.otherHost, "This service does not answer to the name in the request.")
            }
        }
        guard request.method != .get, request.method != .head else { return }
        if let site = request.headers[.fetchSite] {
            guard site == "same-origin" || site == "none" else { throw Self.otherSite }
        } else if let origin = request.headers[.origin], origin != "null" {
            // Over plain HTTP browsers say less. Our own pages have the origin null, because they send no referrer. RFC 6454, section 7.
            guard Self.isOwn(origin, of: request.head.authority ?? "") else { throw Self.otherSite }
        }
    }

    /// Whether an origin is that of a host. The port may be that of a proxy, which does not pass it on.
    static func isOwn(_ origin: String, of host: String) -> Bool {
        let parts = origin.lowercased().split(separator: "/", maxSplits: 1)
        guard parts.count == 2, parts[1].hasPrefix("/") else { return false }
        return withoutPort(String(parts[1].dropFirst())) == withoutPort(host.lowercased())
    }

    private static let otherSite = Refusal(
        .otherSite, "Forms of other sites are not taken. Use the page itself, or the API.")

    /// Whether a name, with a port or without, is one of some.
    static func isName(_ host: String, among hosts: Set<String>) -> Bool {
        hosts.contains(host.lowercased()) || hosts.contains(withoutPort(host.lowercased()))
    }

    private static func withoutPort(_ host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy(\.isASCIIDigit) else {
            return host
        }
        return String(host[..<colon])
    }

    private static func refusal(_ error: HTTPError) -> Refusal {
        switch error.status.code {
        case 404: Refusal(.notFound, "Nothing is known of this address; it may have been deleted.")
        case 405: Refusal(.wrongMethod, "This address takes other methods.")
        case 413: Refusal(.tooLarge, "The request is larger than it need be.")
        case 415: Refusal(.wrongType, "Send JSON to the API, and forms to the page.")
        default: Refusal(.badRequest, error.body ?? "It is not what this address takes.")
        }
    }

    /// What a page may do: nothing but what came with it. The hashes are those of this program's own styles and scripts.
    private static let headers: HTTPFields = {
        let styles = [ContentHash.style, ContentHash.of(Pages.style)]
        let scripts = [ContentHash.script, ContentHash.of(Pages.liveScript)]
        func list(_ hashes: [String]) -> String { hashes.map { "'\($0)'" }.joined(separator: " ") }
        return [
            .contentSecurityPolicy:
                "default-src 'none'; style-src \(list(styles)); script-src \(list(scripts)); connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
            .robots: "noindex",
            .frameOptions: "DENY",
            .permissionsPolicy: "camera=(), geolocation=(), microphone=()",
            .openerPolicy: "same-origin",
            .resourcePolicy: "same-origin",
            .cacheControl: "no-store",
        ]
    }()
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}

extension Refusal {
    /// As a page for browsers, as problem details for programs.
    fileprivate func answer(to request: Request) -> Response {
        let accept = request.headers[.accept] ?? ""
        return request.uri.path.hasPrefix("/api/") || !accept.contains("text/html") ? problem : page
    }
}
