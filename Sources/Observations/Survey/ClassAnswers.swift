internal import CheckKit
package import MailModel
internal import TLSHello

extension TLSClassAnswer {
    /// What a question told of one class. A server that hung up on everything so far may be tired of us.
    init(_ name: TLSClass, _ result: ClassQuestion.Result, isHeard: Bool) {
        if let choice = result.accepted[name.rawValue] {
            self.init(name, choice)
        } else if result.refused.contains(name.rawValue) {
            self.init(name, isHeard ? .refused : .inconclusive, detail: isHeard ? nil : TLSInquiry.hungUp)
        } else {
            self.init(name, .inconclusive, detail: result.obstacle?.description ?? "not asked")
        }
    }

    /// A class of which the server chose a member.
    init(_ name: TLSClass, _ choice: ServerChoice) {
        self.init(
            name, .accepted, version: choice.version, suite: CipherSuite.name(of: choice.suite),
            group: choice.group.map { NamedGroup.name(of: $0) }, parameters: choice.parameters)
    }

    /// What a hello told that offered nothing but members of the class.
    init(_ name: TLSClass, _ heard: TLSInquiry.Heard) {
        switch heard {
        case .choice(let choice): self.init(name, choice)
        case .refused: self.init(name, .refused)
        case .hungUp: self.init(name, .inconclusive, detail: TLSInquiry.hungUp)
        case .silent: self.init(name, .inconclusive, detail: Obstacle.silent.description)
        case .failedInside: self.init(name, .inconclusive, detail: Obstacle.internalError.description)
        case .unknown(let why): self.init(name, .inconclusive, detail: why)
        }
    }
}

extension TLSClass {
    /// The classes that one question asks about.
    static let weak: [TLSClass] = [.null, .export, .rc4, .des, .tripleDES, .anonymous, .staticKeys]

    /// Groups that any server with a curve has one of; the curve of an ECDSA certificate must be among them.
    static let usualGroups: [UInt16] = NamedGroup.all.filter { $0.kind == .curve && $0.fits(.tls12) && $0.bits >= 224 }
        .map(\.code)
    static let shortCurves: [UInt16] = NamedGroup.all.filter { $0.kind == .curve && $0.bits < 224 }.map(\.code)
    package static let allCurves = usualGroups + shortCurves
    static let postQuantumGroups: [UInt16] = NamedGroup.all.filter(\.isPostQuantum).map(\.code)

    /// The class, for a question about several.
    var asClass: ClassQuestion.Class { ClassQuestion.Class(rawValue) { contains($0) } }

    /// Whether what a server chose belongs to the class.
    func contains(_ choice: ServerChoice) -> Bool { CipherSuite.with(code: choice.suite).map(contains) ?? false }

    /// Whether a suite belongs to the class. Suites that need a secret shared beforehand belong to none: no stranger can
    /// use them.
    package func contains(_ suite: CipherSuite) -> Bool {
        guard [.rsa, .dss, .ecdsa, .anonymous, .any].contains(suite.authentication) else { return false }
        switch self {
        case .null: return suite.cipher == .null
        case .export: return suite.isExport
        case .rc4: return suite.cipher == .rc4
        case .des: return suite.cipher == .des && !suite.isExport
        case .tripleDES: return suite.cipher == .tripleDES
        case .anonymous: return suite.authentication == .anonymous
        case .staticKeys: return [.rsa, .dh, .ecdh].contains(suite.keyExchange)
        case .forwardSecrecy: return suite.hasForwardSecrecy && suite.isSound
        case .finiteField: return suite.keyExchange == .dhe && suite.isSound
        case .shortCurve: return suite.keyExchange == .ecdhe && suite.isSound
        case .postQuantum: return suite.isTLS13
        }
    }
}

extension CipherSuite {
    /// Encrypted and authenticated as today's servers do it.
    fileprivate var isSound: Bool { effectiveBits >= 112 && authentication != .anonymous && cipher != .rc4 }
}
