internal import MailModel

/// Which address is asked next. Each address is in conversation once at a time, few of a network, few of a provider, and not more in
/// all than the manners allow; within that, who comes first is served first.
///
/// What has to wait stands in the queue of one of the groups that are full, and is looked at again only when that one has room.
struct AddressGate {
    /// A group of addresses of which only so many are in conversation at a time.
    enum Group: Hashable {
        case address(IPAddress)
        case network(AddressBlock)
        case provider(DomainName)
    }

    private struct Candidate {
        let address: IPAddress
        let groups: [Group]
        /// The group in whose queue it stood last: when it does not use the room there, somebody else of that queue may.
        var queued: Group?
    }

    private struct Crowd {
        var busy = 0
        var queue: [Candidate] = []
        /// The queue's first that is still there.
        var head = 0

        mutating func next() -> Candidate? {
            guard head < queue.count else { return nil }
            defer {
                head += 1
                if head > 64, head * 2 > queue.count {
                    queue.removeFirst(head)
                    head = 0
                }
            }
            return queue[head]
        }

        var isIdle: Bool { busy == 0 && head >= queue.count }
    }

    private let manners: Manners
    private var crowds: [Group: Crowd] = [:]
    private var ready = Crowd()
    private var talking: [IPAddress: [Group]] = [:]
    /// Groups of which one turned us away: a tenth at a time from then on, or one.
    private var slowed: Set<Group> = []

    init(_ manners: Manners) { self.manners = manners }

    /// How many are in conversation.
    var conversations: Int { talking.count }

    /// Lines an address up. `provider` is that of the host that led to it; nil where there is none to speak of.
    mutating func add(_ address: IPAddress, provider: DomainName?) {
        let groups = [.address(address), .network(address.network)] + (provider.map { [Group.provider($0)] } ?? [])
        ready.queue.append(Candidate(address: address, groups: groups))
    }

    /// The next address whose turn it is; nil where everybody has to wait. It is in conversation from now on.
    mutating func next() -> IPAddress? {
        guard talking.count < manners.conversations else { return nil }
        while let candidate = ready.next() {
            if let full = candidate.groups.first(where: isFull) {
                let last = candidate.queued
                var candidate = candidate
                candidate.queued = full
                crowds[full, default: Crowd()].queue.append(candidate)
                if let last, last != full, let next = crowds[last]?.next() { ready.queue.append(next) }
                continue
            }
            for group in candidate.groups { crowds[group, default: Crowd()].busy += 1 }
            talking[candidate.address] = candidate.groups
            return candidate.address
        }
        return nil
    }

    /// The conversation with an address is over. Where it turned us away, its network and its provider are asked a tenth at a time, or one.
    mutating func ended(_ address: IPAddress, wasThrottled: Bool) {
        for group in talking.removeValue(forKey: address) ?? [] {
            if wasThrottled { slowed.insert(group) }
            guard var crowd = crowds[group] else { continue }
            crowd.busy -= 1
            // One may go on for each that has ended.
            if let next = crowd.next() { ready.queue.append(next) }
            crowds[group] = crowd.isIdle ? nil : crowd
        }
    }

    private func isFull(_ group: Group) -> Bool {
        let busy = crowds[group]?.busy ?? 0
        return switch group {
        case .address: busy >= 1
        case .network: busy >= room(manners.addressesPerNetwork, group)
        case .provider: busy >= room(manners.addressesPerProvider, group)
        }
    }

    private func room(_ most: Int, _ group: Group) -> Int { slowed.contains(group) ? max(1, most / 10) : most }
}

extension IPAddress {
    /// The network whose addresses are likely one machine's, or one owner's: /24, or /48.
    var network: AddressBlock {
        let length = family == .ipv4 ? 24 : 48
        return AddressBlock(around: self, prefixLength: length)
    }
}

extension DomainName {
    /// The name that somebody registered, as far as it can be told without a list of all registries: two labels, or three below the
    /// likes of co.uk and com.au. A mistake makes a group larger, and the batch slower.
    var provider: DomainName? {
        let labels = labels
        guard labels.count >= 2 else { return nil }
        let isSecondLevel = labels[labels.count - 1].count == 2 && labels[labels.count - 2].count <= 3
        return try? DomainName(input: labels.suffix(isSecondLevel ? 3 : 2).joined(separator: "."))
    }
}
