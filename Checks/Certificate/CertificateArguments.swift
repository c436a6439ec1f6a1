internal import CheckKit
internal import MailModel
internal import Observations

extension Sentence {
    /// The start of a sentence about one certificate of a chain.
    static let certificate: Sentence = """
        \(.role, ["leaf": "The certificate", "issuer": "The issuer\u{2019}s certificate", "root": "The root"])\
        \(optional: .subject, before: " ", .quoted) \

        """
}

extension PathElement {
    /// Which certificate it is.
    var arguments: Arguments {
        depth == 0 ? [.role: "leaf"] : [.role: "issuer", .subject: certificate.subject.shortened]
    }
}
