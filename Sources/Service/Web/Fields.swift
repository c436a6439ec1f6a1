internal import HTTPTypes

/// Header fields that HTTPTypes has no name for.
extension HTTPField.Name {
    static let forwardedFor = name("X-Forwarded-For")
    static let fetchSite = name("Sec-Fetch-Site")
    static let runKey = name("Mailgraded-Key")
    static let referrerPolicy = name("Referrer-Policy")
    static let robots = name("X-Robots-Tag")
    static let frameOptions = name("X-Frame-Options")
    static let permissionsPolicy = name("Permissions-Policy")
    static let openerPolicy = name("Cross-Origin-Opener-Policy")
    static let resourcePolicy = name("Cross-Origin-Resource-Policy")
    static let lastEvent = name("Last-Event-ID")
    static let accelBuffering = name("X-Accel-Buffering")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("not a field name") }
        return name
    }
}
