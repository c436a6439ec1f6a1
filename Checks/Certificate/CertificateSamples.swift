internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

// The chain that the examples of this folder start from, and the instant at which they are judged.

extension CertificateChain {
    /// A good chain for `mx.example.com`, in which an example changes what it is about: a leaf of 90 days, 37 of them
    /// left at `JudgedAt.sample`, and the intermediate that signed it.
    static func sample(_ change: (inout CertificateChain) -> Void = { _ in }) -> CertificateChain {
        let leaf = Certificate(
            subject: "CN=mx.example.com", issuer: "CN=Some CA R3", notBefore: .sample(days: -53),
            notAfter: .sample(days: 37), dnsNames: ["mx.example.com"], commonName: "mx.example.com",
            key: .init(algorithm: "EC", bits: 256, curve: "secp256r1"), timestamps: 2)
        let intermediate = Certificate(
            subject: "CN=Some CA R3", issuer: "CN=Some Root", notBefore: .sample(days: -700),
            notAfter: .sample(days: 1000), dnsNames: [], commonName: "Some CA R3",
            key: .init(algorithm: "RSA", bits: 2048), signatureAlgorithm: "sha256WithRSAEncryption", isCA: true)
        var chain = CertificateChain(
            [leaf, intermediate],
            path: CertificatePath(problems: [], certificates: [0, 1], trustStore: "", checkedAt: .sample(days: 0)),
            host: .sample("mx.example.com"))
        change(&chain)
        return chain
    }

    /// A chain of one certificate that nobody but itself vouches for.
    static let selfSignedSample = sample { chain in
        chain.certificates = [chain.certificates[0]]
        chain.certificates[0].issuer = chain.certificates[0].subject
        chain.certificates[0].isSelfIssued = true
        chain.path.certificates = [0]
        chain.path.problems = [.init(kind: .selfSigned, depth: 0, detail: "self-signed certificate")]
    }

    /// A server that showed no certificate.
    static let emptySample = sample { chain in
        chain.certificates = []
        chain.path.certificates = []
    }
}

extension JudgedAt {
    /// 2026-11-23 and some days.
    static func sample(days: Double = 0) -> JudgedAt { JudgedAt(.sample(days: days)) }
}

extension Date {
    /// 2026-11-23 and some days.
    fileprivate static func sample(days: Double) -> Date {
        Date(timeIntervalSince1970: 1_795_392_000 + days * 86_400)
    }
}
