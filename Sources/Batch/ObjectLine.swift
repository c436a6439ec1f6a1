internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// A line of a list that is NDJSON.
struct ObjectLine {
    /// The member `domain`; empty where none can be read.
    let name: String
    /// What is wrong with the line, a phrase; nil where nothing is.
    let fault: String?
    /// Whether it is an object, and may stand in a result as it is.
    let isObject: Bool

    init(_ text: String) {
        do throws(JSONShape.Fault) {
            try JSONShape.check(text.utf8)
        } catch {
            self.init(fault: "not JSON that can be used: \(error.description.escapedForTerminal)")
            return
        }
        guard let members = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else {
            self.init(fault: "not a JSON object that can be read")
            return
        }
        switch members["domain"] {
        case .string(let name): self.init(name: name, fault: nil, isObject: true)
        case nil: self.init(fault: "it has no member \u{201C}domain\u{201D}", isObject: true)
        default: self.init(fault: "\u{201C}domain\u{201D} is not a string", isObject: true)
        }
    }

    private init(name: String = "", fault: String?, isObject: Bool = false) {
        self.name = name
        self.fault = fault
        self.isObject = isObject
    }
}
