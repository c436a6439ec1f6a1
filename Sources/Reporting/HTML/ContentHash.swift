internal import FoundationEssentials
internal import MailModel

/// What a content security policy knows an inline style or script by. CSP Level 3, section 2.3.1.
package enum ContentHash {
    package static let style = of(HTML.style)
    package static let script = of(HTML.script)

    package static func of(_ text: StaticString) -> String {
        var hash = SHA256()
        text.withUTF8Buffer { hash.update($0) }
        return "sha256-" + Data(hash.finish()).base64EncodedString()
    }
}
