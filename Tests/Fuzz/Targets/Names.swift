@testable import CheckKit
@testable import MailModel

extension FuzzTarget {
    /// What people and files write down: domains, addresses, networks, servers, places, lengths of time.
    static let names = FuzzTarget("names") { input in
        let text = String(decoding: input, as: UTF8.self)
        if let name = try? DomainName(input: text) {
            require((try? DomainName(input: name.text)) == name, "a name reads back as another: \(name)")
            require(name.text.utf8.count <= 253, "a name that no message can hold")
            _ = name.unicode
        }
        if let address = IPAddress(text) {
            require(IPAddress(address.description) == address, "an address reads back as another: \(address)")
            _ = address.reverseName
        }
        if let block = AddressBlock(text) {
            require(AddressBlock(block.description) == block, "a network reads back as another: \(block)")
        }
        _ = NamedServer(text)
        _ = Duration(text: text)
        let shown = text.escapedForTerminal
        require(shown.escapedForTerminal == shown, "what is escaped is not safe: \(shown)")
    }
}
