import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel

@testable import CheckEngine

/// A list of servers that is known from the start, so that the engine can be tested without the DNS.
struct ToyServers: ServerList {
    static let id: FactID = "toy.servers"
    var hosts: [ListedHost]

    static func probe(_ servers: [MailServer]) -> Probe {
        Probe.perDomain { (_: DomainTarget) async throws -> ToyServers in
            var hosts: [ListedHost] = []
            for server in servers {
                if let index = hosts.firstIndex(where: { $0.name == server.host }) {
                    hosts[index].addresses.append(server.address)
                } else {
                    hosts.append(ListedHost(name: server.host, preference: 10, addresses: [server.address]))
                }
            }
            return ToyServers(hosts: hosts)
        }
    }
}

enum ToyFinding: String, FindingCode {
    case bad = "toy.bad"
    var sentence: Sentence { "\(.size)." }
    var severity: Severity { .error }
    var remedy: String { "Mend it." }
}

/// What a second check may find: no two checks share a code.
enum OtherToyFinding: String, FindingCode {
    case bad = "toy.other-bad"
    var sentence: Sentence { "\(.size)." }
    var severity: Severity { .error }
    var remedy: String { "Mend it." }
}

extension FindingArgument {
    static let size = text("size", "How large it is.")
}

struct Number: ServerFact, Hashable {
    static let id: FactID = "toy.number"
    var value: Int
}

struct Doubled: ServerFact, Hashable {
    static let id: FactID = "toy.doubled"
    var value: Int
}

struct Sum: DomainFact, Hashable {
    static let id: FactID = "toy.sum"
    var value: Int
}

func name(_ text: String) -> DomainName {
    DomainName(labels: text.split(separator: ".").map { Array($0.utf8) })
}

func server(_ host: String, _ address: String) -> MailServer {
    MailServer(host: name(host), address: IPAddress(address)!)
}

/// No lookups; connections as scripted.
struct NoDNS: DNSClient {
    func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        throw DNSFailure.serverFailure("no DNS in this test")
    }
}

let anInstant = Date(timeIntervalSince1970: 1_800_000_000)
