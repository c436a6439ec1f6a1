import CheckKitTesting
import MailModel
import Testing

@testable import Batch

/// Who is asked next.
@Suite("Whose turn it is")
struct AddressGateTests {
    private static func address(_ index: Int) -> IPAddress {
        IPAddress(bytes: [198, 51, UInt8(index / 8 % 200), UInt8(index % 8 + 1)])!
    }
    private static let providers = (0..<5).map { try! DomainName(input: "p\($0).example") }

    @Test(
        "everybody has a turn, and no cap is passed, whatever the order in which conversations end", arguments: 0..<40)
    func everybody(_ seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed))
        var manners = Manners()
        manners.conversations = 12
        manners.addressesPerNetwork = 2
        manners.addressesPerProvider = 4
        var gate = AddressGate(manners)
        var waiting: [IPAddress] = []
        for index in 0..<300 {
            let provider = Int.random(in: 0..<8, using: &random)
            waiting.append(Self.address(index))
            gate.add(Self.address(index), provider: provider < 5 ? Self.providers[provider] : nil)
        }
        var talking: [IPAddress] = []
        var asked: Set<IPAddress> = []
        while asked.count < waiting.count || !talking.isEmpty {
            while let next = gate.next() {
                #expect(asked.insert(next).inserted)
                talking.append(next)
            }
            try #require(!talking.isEmpty, "\(waiting.count - asked.count) wait for ever")
            #expect(talking.count <= 12 && gate.conversations == talking.count)
            for address in talking { #expect(talking.count { $0.network == address.network } <= 2) }
            let index = Int.random(in: talking.indices, using: &random)
            gate.ended(talking.remove(at: index), wasThrottled: Int.random(in: 0..<30, using: &random) == 0)
        }
    }

    @Test("an address is in conversation once at a time, and a group that turned us away one by one")
    func oneAtATime() {
        var gate = AddressGate(Manners())
        let (one, two, other) = (Self.address(0), Self.address(1), Self.address(8))
        for address in [one, one, two, other] { gate.add(address, provider: nil) }
        #expect([gate.next(), gate.next(), gate.next(), gate.next()] == [one, two, other, nil])
        gate.ended(one, wasThrottled: true)
        #expect(gate.next() == nil, "the other one of the network is still at it")
        gate.ended(two, wasThrottled: false)
        #expect(gate.next() == one)
    }

    @Test("a provider is a registered name")
    func provider() throws {
        for (host, provider) in [
            ("mx1.mail.example.com", "example.com"), ("example.com", "example.com"), ("mx.firm.co.test", "co.test"),
            ("mx.firm.example.ab", "example.ab"), ("mx.firm.co.ab", "firm.co.ab"),
        ] {
            #expect(try DomainName(input: host).provider?.text == provider)
        }
    }
}
