import MailModel

@testable import CheckKit

/// One knob of each type.
struct TestParameters: Parameters {
    var strict = false
    var level = 1
    var versions: [TLSVersion] = [.tls12, .tls13]

    static var knobs: [Knob<TestParameters>] {
        [
            .flag("strict", \.strict, doc: "Whether to be strict."),
            .integer("level", \.level, in: 0...10, doc: "How strict to be."),
            .choices("versions", \.versions, doc: "The versions to be strict about."),
        ]
    }
}
