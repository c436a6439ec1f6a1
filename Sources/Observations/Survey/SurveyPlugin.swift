internal import CheckKit

extension Plugin {
    /// How it is learnt what a server does in TLS.
    static let survey = Plugin(
        "Survey", summary: "ClientHello messages that ask what a mail server does in TLS, beside its session.",
        probes: [.tlsSurvey, .tlsSuites])
}
