import FoundationEssentials

@testable import CheckKit
@testable import MailModel

/// What is stored reads back as it was.
func requireSame<Value: Codable & Equatable>(_ value: Value, _ what: String) {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let json = try? StableJSON.data(value), let again = try? decoder.decode(Value.self, from: json) else {
        fatalError("\(what) cannot be stored and read again: \(value)")
    }
    require(again == value, "\(what) reads back as another: \(value), \(again)")
}

/// What is said to people steers no terminal.
func requireSafe(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        require(String(line).escapedForTerminal == line, "this would steer a terminal: \(line.debugDescription)")
    }
}

/// What is said to programs is JSON.
func requireJSON(_ text: some StringProtocol) {
    if (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) == nil {
        fatalError("this is no JSON: \(text)")
    }
}
