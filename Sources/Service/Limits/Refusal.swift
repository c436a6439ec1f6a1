/// Why a request is not done, in words for whoever made it. RFC 9457.
struct Refusal: Error, Sendable, Hashable {
    /// A kind of refusal; its name is the end of the problem's type.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case badRequest = "bad-request"
        case badDomain = "bad-domain"
        case badProfile = "bad-profile"
        case unauthorized
        case notAllowed = "not-allowed"
        case leftAlone = "left-alone"
        case notPublic = "not-public"
        case notFound = "not-found"
        case notReady = "not-ready"
        case wrongMethod = "wrong-method"
        case notAcceptable = "not-acceptable"
        case tooLarge = "too-large"
        case wrongType = "wrong-type"
        case otherHost = "other-host"
        case otherSite = "other-site"
        case tooMany = "too-many"
        case unknownCoding = "unknown-coding"
        case full
        case broken

        /// The status of the answer. RFC 9110, section 15; RFC 6585, section 4.
        var status: Int {
            switch self {
            case .badRequest, .badDomain, .badProfile: 400
            case .unauthorized: 401
            case .notAllowed, .leftAlone, .notPublic, .otherSite: 403
            case .notFound: 404
            case .wrongMethod: 405
            case .notAcceptable: 406
            case .notReady: 409
            case .tooLarge: 413
            case .wrongType: 415
            case .otherHost: 421
            case .tooMany: 429
            case .broken: 500
            case .unknownCoding: 501
            case .full: 503
            }
        }

        /// What it is, in short.
        var title: String {
            switch self {
            case .badRequest: "The request cannot be understood"
            case .badDomain: "This is not the name of a mail domain"
            case .badProfile: "The profile cannot be used"
            case .unauthorized: "A token is needed"
            case .notAllowed: "The token is for something else"
            case .leftAlone: "This domain is left alone"
            case .notPublic: "This is not public"
            case .notFound: "There is no such page"
            case .notReady: "There is no result yet"
            case .wrongMethod: "This cannot be done here"
            case .notAcceptable: "There is no such format"
            case .tooLarge: "The request is too large"
            case .wrongType: "The request has a type that is not read here"
            case .otherHost: "This host is not served here"
            case .otherSite: "The request came from another site"
            case .tooMany: "Too many runs from your network"
            case .full: "All places are taken"
            case .unknownCoding: "The request has a transfer coding that is not read here"
            case .broken: "Something went wrong here"
            }
        }
    }

    /// What kind.
    let kind: Kind
    /// What to do instead, a sentence or two. Text of the network in it has not been escaped.
    let detail: String
    /// In how many seconds it makes sense to ask again; nil where it does not.
    var retryAfter: Int?

    init(_ kind: Kind, _ detail: String, retryAfter: Int? = nil) {
        self.kind = kind
        self.detail = detail
        self.retryAfter = retryAfter
    }
}
