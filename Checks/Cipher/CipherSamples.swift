internal import CheckKit
internal import MailModel
internal import Observations

extension TLSClasses {
    /// A machine for examples that accepts a suite of some classes in TLS 1.2, and forward secrecy unless refused.
    static func accepting(
        _ accepted: (TLSClass, String)..., refusing: TLSClass? = nil, unknown: TLSClass? = nil
    ) -> TLSClasses {
        let shown =
            accepted.map { TLSClassAnswer($0.0, .accepted, version: .tls12, suite: $0.1) }
            + [unknown].compactMap { $0 }.map { TLSClassAnswer($0, .inconclusive, detail: "throttled (421 4.7.0)") }
        let rest = TLSClass.allCases.filter { name in !shown.contains { $0.name == name } }.map { name in
            name == .forwardSecrecy && name != refusing
                ? TLSClassAnswer(name, .accepted, version: .tls13, suite: "TLS_AES_256_GCM_SHA384")
                : TLSClassAnswer(name, .refused)
        }
        return TLSClasses(shown + rest, connections: 5)
    }

    /// A machine for examples that accepts a group of a class, or shows parameters of its own.
    static func exchanging(
        _ name: TLSClass, group: String? = nil, parameters: KeyParameters? = nil
    ) -> TLSClasses {
        var classes = accepting()
        classes.note(
            TLSClassAnswer(
                name, .accepted, version: .tls12, suite: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", group: group,
                parameters: parameters))
        return classes
    }

    /// A machine for examples that turned us away at the first question.
    static var throttled: TLSClasses {
        TLSClasses(TLSClass.allCases.map { TLSClassAnswer($0, .inconclusive, detail: "throttled (421 4.7.0)") })
    }
}

extension TLSSuites {
    /// A machine for examples that accepts these suites in one version, in this order.
    static func enumerated(
        _ version: TLSVersion, by chooser: TLSVersionSuites.Chooser? = nil, _ suites: String...
    ) -> TLSSuites {
        TLSSuites([TLSVersionSuites(version, suites: suites, chooser: chooser)], connections: 20)
    }

    /// A machine for examples that turned us away.
    static var unfinished: TLSSuites {
        TLSSuites([TLSVersionSuites(.tls12, suites: [], doubt: "throttled (421 4.7.0)")])
    }
}
