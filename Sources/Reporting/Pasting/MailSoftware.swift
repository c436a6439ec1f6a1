internal import MailModel

/// What a mail server is, as far as it says so itself.
enum MailSoftware: String, CaseIterable, Sendable {
    case postfix, exim, openSMTPD, sendmail, exchange, exchangeOnline, googleWorkspace

    /// Those that are offered as a choice where a server does not say what it is.
    static let usual: [MailSoftware] = [.postfix, .exim, .openSMTPD]

    /// Nil where neither its name nor its greeting tells.
    init?(host: DomainName, greeting: SMTPReply?) {
        let hosted = Self.hosted.first { host.text.hasSuffix($0.suffix) }
        guard hosted == nil else {
            self = hosted?.software ?? .exchangeOnline
            return
        }
        let words = (greeting?.lines.first ?? "").lowercased().split { !$0.isLetter }
        if words.contains("postfix") {
            self = .postfix
        } else if words.contains("exim") {
            self = .exim
        } else if words.contains("opensmtpd") {
            self = .openSMTPD
        } else if words.contains("sendmail") {
            self = .sendmail
        } else if words.contains("microsoft") {
            self = .exchange
        } else {
            return nil
        }
    }

    /// Names of the MX hosts of providers: there the servers are not the customer's.
    private static let hosted: [(suffix: String, software: MailSoftware)] = [
        (".mail.protection.outlook.com", .exchangeOnline), (".mx.microsoft", .exchangeOnline),
        (".google.com", .googleWorkspace), (".googlemail.com", .googleWorkspace),
    ]

    /// Its name.
    var name: String {
        switch self {
        case .postfix: "Postfix"
        case .exim: "Exim"
        case .openSMTPD: "OpenSMTPD"
        case .sendmail: "Sendmail"
        case .exchange: "Exchange Server"
        case .exchangeOnline: "Exchange Online"
        case .googleWorkspace: "Google Workspace"
        }
    }

    /// What its snippets are.
    var kind: Snippet.Kind {
        switch self {
        case .postfix: .postfix
        case .exim: .exim
        case .openSMTPD: .openSMTPD
        case .sendmail: .sendmail
        case .exchange: .exchange
        case .exchangeOnline: .exchangeOnline
        case .googleWorkspace: .googleWorkspace
        }
    }

    /// Whether somebody else runs it for its customers.
    var isHosted: Bool { self == .exchangeOnline || self == .googleWorkspace }
}
