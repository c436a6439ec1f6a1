internal import CheckKit
internal import MailModel
internal import Observations

enum DNSSECAlgorithmsFinding: String, FindingCode {
    case forbiddenAlgorithm = "dnssec.algorithm-forbidden"
    case discouragedAlgorithm = "dnssec.algorithm-discouraged"
    case forbiddenDigest = "dnssec.digest-forbidden"
    case weakDigestBeside = "dnssec.digest-weak"
    case iterations = "dnssec.nsec3-iterations"
    case salt = "dnssec.nsec3-salt"
    case unsupported = "dnssec.unsupported"

    var sentence: Sentence {
        switch self {
        case .forbiddenAlgorithm, .discouragedAlgorithm:
            "The zone \(.zone) is signed with algorithm \(.algorithmNumber) (\(.algorithm))."
        case .forbiddenDigest: "The only DS records of \(.zone) have digest type \(.digests, .joined(.and))."
        case .weakDigestBeside:
            "A DS record of \(.zone) has digest type \(.digests, .joined(.and)), beside a stronger one."
        case .iterations:
            """
            The zone \(.zone) uses \(.iterations) additional NSEC3 \(.iterations, one: "iteration", other: "iterations").
            """
        case .salt: "The zone \(.zone) uses an NSEC3 salt of \(.octets) \(.octets, one: "byte", other: "bytes")."
        case .unsupported:
            """
            \(.zone) has a DS record, and yet counts as not signed: validators do not implement \(.algorithms, .joined(.or)).
            """
        }
    }
    var severity: Severity {
        switch self {
        case .forbiddenAlgorithm, .forbiddenDigest: .error
        case .discouragedAlgorithm, .weakDigestBeside, .iterations, .unsupported: .warning
        case .salt: .info
        }
    }
    var responsible: Responsible { .domainOwner }
    var remedy: String {
        switch self {
        case .forbiddenAlgorithm, .discouragedAlgorithm, .unsupported:
            "Change the zone\u{2019}s keys to algorithm 13 (ECDSA P-256 with SHA-256), new keys beside the old ones first."
        case .forbiddenDigest: "Publish a DS record with digest type 2 (SHA-256) at the registrar."
        case .weakDigestBeside:
            "Remove the DS record with the weak digest at the registrar; the one with SHA-256 suffices."
        case .iterations:
            "Set the iterations of NSEC3 to 0, or use NSEC: every further round only costs, and validators limit it."
        case .salt: "Use NSEC3 without salt: it protects nothing."
        }
    }
}

extension Check {
    /// The zones are signed with algorithms that validators trust. RFC 9904, sections 3 and 4; RFC 9276, section 3.1.
    static let dnssecAlgorithms = Check.perDomain(
        "dnssec.algorithms",
        title: "The DNSSEC algorithms are strong",
        why: """
            A signature is worth as much as its algorithm. With one that is broken, or that validators do not know, they \
            treat the zone as if it were not signed, and with too many rounds of NSEC3 as well.
            """,
        references: [
            .rfc(9904, section: "3"), .rfc(9904, section: "4"), .rfc(9905, section: "2"), .rfc(9276, section: "3.1"),
            .rfc(4035, section: "5.2"), .iana("DNS Security Algorithm Numbers", "dns-sec-alg-numbers"),
        ],
        examples: [
            .given("ECDSA and SHA-256", .zone(), expect: .passed),
            .given(
                "RSA with MD5", .zone { $0.keyAlgorithms = [1] },
                expect: .found(
                    .forbiddenAlgorithm, "The zone example.com is signed with algorithm 1 (RSA with MD5).")),
            .given(
                "RSA with SHA-1", .zone { $0.keyAlgorithms = [7] },
                expect: .found(
                    .discouragedAlgorithm, "The zone example.com is signed with algorithm 7 (RSA with SHA-1, NSEC3).")),
            .given(
                "a DS record with SHA-1 alone", .zone { $0.delegation[0].digestType = 1 },
                expect: .found(
                    .forbiddenDigest, "The only DS records of example.com have digest type 1 (SHA-1).")),
            .given(
                "one with SHA-1 beside one with SHA-256",
                .zone { $0.delegation.append(DelegationSigner(keyTag: 1, algorithm: 13, digestType: 1)) },
                expect: .found(
                    .weakDigestBeside, "A DS record of example.com has digest type 1 (SHA-1), beside a stronger one.")),
            .given(
                "many rounds of NSEC3", .zone { $0.hashing = DenialHashing(iterations: 150, saltLength: 0) },
                expect: .found(
                    .iterations, "The zone example.com uses 150 additional NSEC3 iterations.",
                    [.iterations: 150])),
            .given(
                "salt", .zone { $0.hashing = DenialHashing(iterations: 0, saltLength: 8) },
                expect: .found(.salt, "The zone example.com uses an NSEC3 salt of 8 bytes.")),
            .given(
                "an algorithm that our validator does not know",
                .zone { zone in
                    zone.security = .insecure
                    zone.delegation[0].algorithm = 17
                },
                expect: .found(
                    .unsupported,
                    "example.com has a DS record, and yet counts as not signed: validators do not implement SM2 (algorithm "
                        + "17).")),
            .given(
                "a digest that validators do not know",
                .zone { zone in
                    zone.security = .insecure
                    zone.delegation[0].digestType = 99
                },
                expect: .found(
                    .unsupported,
                    "example.com has a DS record, and yet counts as not signed: validators do not implement digest type "
                        + "99.")),
            .given(
                "an algorithm that only our validator does not know",
                .zone { zone in
                    zone.security = .indeterminate("the zone is signed with Ed448 (algorithm 16)")
                    zone.delegation[0].algorithm = 16
                    zone.keyAlgorithms = [16]
                }, expect: .passed),
            .given(
                "zones that are not signed", SigningZones([SigningZone(.sample("example.com"), security: .insecure)]),
                expect: .notApplicable("None of the zones is signed.")),
            .given(
                "a zone that was not found",
                SigningZones([], unknown: ["example.com": "the name servers answered SERVFAIL"]),
                expect: .inconclusive("The zone of example.com is not known: the name servers answered SERVFAIL.")),
        ]
    ) { (zones: SigningZones) -> Verdict<DNSSECAlgorithmsFinding> in
        let issues = zones.zones.flatMap(\.issues)
        if let (name, why) = zones.unknown.min(by: { $0.key < $1.key }) {
            return .of(
                issues, open: Set(DNSSECAlgorithmsFinding.allCases),
                because: "The zone of \(name) is not known: \(why).")
        }
        if !issues.isEmpty { return .found(issues) }
        return zones.zones.contains { !$0.delegation.isEmpty }
            ? .passed : .notApplicable("None of the zones is signed.")
    }
}

extension SigningZone {
    fileprivate var issues: [Issue<DNSSECAlgorithmsFinding>] {
        guard !delegation.isEmpty else { return [] }
        // Broken signatures are for other checks; here it is about what the zone means to do.
        return signatures + digests + denial + unsupported
    }

    private var signatures: [Issue<DNSSECAlgorithmsFinding>] {
        Set(keyAlgorithms + delegation.map(\.algorithm)).sorted().compactMap { number in
            guard let algorithm = Self.algorithms[number] else { return nil }
            return Issue(
                algorithm.isForbidden ? .forbiddenAlgorithm : .discouragedAlgorithm,
                [.zone: name, .algorithmNumber: Int(number), .algorithm: algorithm.title])
        }
    }

    private var digests: [Issue<DNSSECAlgorithmsFinding>] {
        let weak = Set(delegation.map(\.digestType)).filter { Self.weakDigests[$0] != nil }.sorted()
        guard !weak.isEmpty else { return [] }
        let words = weak.map { "\($0) (\(Self.weakDigests[$0] ?? ""))" }
        if delegation.allSatisfy({ Self.weakDigests[$0.digestType] != nil }) {
            return [Issue(.forbiddenDigest, [.zone: name, .digests: words])]
        }
        return [Issue(.weakDigestBeside, [.zone: name, .digests: words])]
    }

    private var denial: [Issue<DNSSECAlgorithmsFinding>] {
        guard let hashing else { return [] }
        var issues: [Issue<DNSSECAlgorithmsFinding>] = []
        if hashing.iterations > 0 {
            issues.append(Issue(.iterations, [.zone: name, .iterations: Int(hashing.iterations)]))
        }
        if hashing.saltLength > 0 {
            issues.append(Issue(.salt, [.zone: name, .octets: Int(hashing.saltLength)]))
        }
        return issues
    }

    /// A zone with a DS record that counts as insecure all the same. RFC 4035, section 5.2.
    private var unsupported: [Issue<DNSSECAlgorithmsFinding>] {
        guard security == .insecure, !delegation.isEmpty,
            !delegation.contains(where: { SigningAlgorithm.isValidated($0.algorithm, digest: $0.digestType) })
        else { return [] }
        let lacking = delegation.map { signer in
            SigningAlgorithm.isValidated(signer.algorithm, digest: 2)
                ? SigningAlgorithm.digestName(signer.digestType) : SigningAlgorithm.name(signer.algorithm)
        }
        return [Issue(.unsupported, [.zone: name, .algorithms: Set(lacking).sorted()])]
    }

    /// Algorithms that IANA's registry forbids or does not recommend for signing. RFC 9904, section 3; of SHA-1, which RFC 9905
    /// forbids for new signatures, validators still make something.
    private static let algorithms: [UInt8: (title: String, isForbidden: Bool)] = [
        1: ("RSA with MD5", true), 3: ("DSA", true), 6: ("DSA, NSEC3", true), 12: ("GOST R 34.10-2001", true),
        5: ("RSA with SHA-1", false), 7: ("RSA with SHA-1, NSEC3", false), 10: ("RSA with SHA-512", false),
    ]

    /// Digests that IANA's registry forbids for new DS records. RFC 9904, section 4.
    private static let weakDigests: [UInt8: String] = [0: "reserved", 1: "SHA-1", 3: "GOST R 34.11-94"]
}

extension SigningZones {
    /// A well-signed zone, in which an example changes what it is about.
    fileprivate static func zone(_ change: (inout SigningZone) -> Void = { _ in }) -> SigningZones {
        var zone = SigningZone(
            .sample("example.com"), delegation: [DelegationSigner(keyTag: 12345, algorithm: 13, digestType: 2)],
            keyAlgorithms: [13])
        change(&zone)
        return SigningZones([zone])
    }
}
