import CheckKitTesting
import Testing

@testable import Grading

/// The order of evaluation of the grade table, word for word, over states in place of findings. Nothing of the profile is
/// used here: the two must agree.
private func letter(_ world: World) -> Grade? {
    let servers = world.hosts.flatMap { $0 }
    let withoutTLS: Set<ServerState> = [.noSTARTTLS, .brokenHandshake, .breaksOff, .refusesInside]
    // Untestable? Null MX, no host that mail can be sent to, nobody who talks to us.
    if [.nullMX, .noDomain, .noMailHost, .noUsableHost, .lookupUnknown].contains(world.domain) { return nil }
    if servers.allSatisfy({ [.dead, .refusesUs].contains($0) }) { return nil }
    // No letter without a witness: somebody must have shown whether its TLS works.
    if servers.filter({ $0 != .dead }).allSatisfy({ [.refusesUs, .handshakeUnknown].contains($0) }) { return nil }
    // F: relay confirmed, or no reachable server with working TLS. What is unknown is neither.
    if servers.contains(.openRelay) { return .f }
    if servers.filter({ $0 != .dead }).allSatisfy(withoutTLS.contains) { return .f }
    // D: any server failing or without TLS; a host is up as long as one of its addresses is.
    if servers.contains(where: { [.noSTARTTLS, .brokenHandshake, .refusesInside].contains($0) }) { return .d }
    if world.hosts.contains(where: { $0.allSatisfy { [.dead, .breaksOff].contains($0) } }) { return .d }
    if [.bogusMX, .hostWithoutAddress].contains(world.domain) { return .d }
    // C: best version below 1.2, untrusted certificate.
    if servers.contains(.oldOnly) || servers.contains(.selfSigned) { return .c }
    // B: minor certificate or PTR issues, an old version beside, a null MX beside others.
    if servers.contains(where: { [.wrongName, .noPTR, .oldBeside].contains($0) }) { return .b }
    if world.domain == .nullMXConflict { return .b }
    // A+ needs MTA-STS or DANE.
    return .a
}

@Suite(.defaultProfile) struct OracleTests {
    /// Two hosts with two addresses each, in every state; the order of hosts and of addresses is left out.
    private static let worlds: [[World]] = {
        let states = ServerState.allCases
        let hosts = states.indices.flatMap { left in states[left...].map { [states[left], $0] } }
        return hosts.indices.map { left in hosts[left...].map { World(hosts: [hosts[left], $0]) } }
    }()

    @Test("the caps say what the table says, and the score takes at most one letter more", arguments: worlds.indices)
    func capsAgree(row: Int) {
        for world in WholeTests.sample(Self.worlds[row], oneOf: 8, from: row) {
            let assessment = world.scene.assessment()
            let expected = letter(world)
            guard let expected, let grade = assessment.grade else {
                #expect(assessment.grade == expected, "\(world)")
                continue
            }
            #expect(assessment.caps.first?.atMost == expected, "\(world)")
            #expect(grade <= expected && grade.rank >= expected.rank - 1, "\(world): \(grade)")
        }
    }

    @Test("the combinations are all there")
    func count() {
        let hosts = ServerState.allCases.count * (ServerState.allCases.count + 1) / 2
        #expect(Self.worlds.map(\.count).reduce(0, +) == hosts * (hosts + 1) / 2)
    }

    @Test("so they do whatever the domain's records are like", arguments: DomainState.allCases)
    func domains(domain: DomainState) {
        for left in ServerState.allCases {
            for right in ServerState.allCases {
                let world = World(domain: domain, hosts: [[left], [right]])
                let assessment = world.scene.assessment()
                let expected = letter(world)
                #expect(assessment.grade == nil || assessment.caps.first?.atMost == expected, "\(world)")
                #expect((assessment.grade == nil) == (expected == nil), "\(world)")
            }
        }
    }

    @Test("whatever an open question turns out to be, the grade lies in the range that was given")
    func boundsHold() {
        var open = 0
        for left in ServerState.allCases {
            for right in ServerState.allCases {
                for hosts in [[[left, right]], [[left], [right]]] {
                    let assessment = World(hosts: hosts).scene.assessment()
                    guard let range = assessment.range, let grade = assessment.grade else { continue }
                    #expect(range.worst <= grade && grade <= range.best, "\(hosts)")
                    #expect(assessment.isProvisional == (range.worst != range.best), "\(hosts)")
                    open += assessment.isProvisional ? 1 : 0
                    for resolved in resolutions(hosts) {
                        guard let grade = World(hosts: resolved).scene.assessment().grade else { continue }
                        #expect(range.worst <= grade && grade <= range.best, "\(hosts) became \(resolved): \(grade)")
                    }
                }
            }
        }
        #expect(open > 100)
    }

    private func resolutions(_ hosts: [[ServerState]]) -> [[[ServerState]]] {
        hosts.reduce([[]]) { worlds, host in
            let choices = host.reduce([[]]) { partial, state in
                partial.flatMap { prefix in state.resolutions.map { prefix + [$0] } }
            }
            return worlds.flatMap { world in choices.map { world + [$0] } }
        }
    }
}
