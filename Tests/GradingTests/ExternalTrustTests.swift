import Testing

@testable import CheckKit
@testable import Grading

/// Who may have programs started: whoever puts them beside a profile on this machine, and nobody else.
@Suite(.defaultProfile) struct ExternalTrustTests {
    private static func profile(extends: String = "default") -> String {
        """
        schema: 1
        id: acme
        title: Acme
        extends: \(extends)
        external-checks:
          acme.size-offered:
            title: The server offers SIZE
            why: Senders learn the limit.
            scope: server
            facts: [smtp.ehlo-reply]
            command: [size-offered]
            findings:
              acme.size-missing: { severity: warning, remedy: Offer SIZE. }
        checks:
          acme.size-offered: { weight: 1 }
        """
    }

    private func messages(_ yaml: String, _ origin: SourceFile.Origin) -> [String] {
        do throws(InvalidProfile) {
            _ = try TestCatalog.library().read(Array(yaml.utf8), name: "there/acme.yaml", origin: origin)
            return []
        } catch {
            return error.diagnostics.filter { $0.kind == .error }.map(\.message)
        }
    }

    @Test("a profile of this machine may name a program; its folder is the profile's")
    func file() throws {
        let profile = try TestCatalog.library().read(Array(Self.profile().utf8), name: "there/acme.yaml")
        let check = try #require(profile.externalChecks.first)
        #expect(check.program.path == "there/size-offered")
        #expect(check.program.timeLimit == .seconds(10))
        #expect(profile.checkIDs.last == "acme.size-offered")
        #expect(check.outcome.id == "external.acme.size-offered")
        #expect(check.outcome.scope == .server)
    }

    @Test("a profile that came over the network must not name a program")
    func network() {
        #expect(messages(Self.profile(), .network) == ["a profile that came over the network must not name a program"])
    }

    @Test("nor may it extend a file of this machine, which may name one and is nobody's business")
    func networkExtendsAFile() {
        #expect(
            messages(Self.profile(extends: "/etc/passwd"), .network)
                == ["a profile that came over the network extends built-in profiles only"])
        #expect(
            messages(Self.profile(extends: "defualt"), .network)
                == ["a profile that came over the network extends built-in profiles only; did you mean 'default'?"])
    }

    @Test("without a program it is as good as any other")
    func networkWithoutProgram() {
        let plain = "schema: 1\nid: acme\ntitle: Acme\nextends: default\nchecks:\n  starttls.offered: { weight: 25 }\n"
        #expect(messages(plain, .network) == [])
    }

    @Test("a check that is declared and not named below checks does not run, which is said")
    func idle() throws {
        let yaml = Self.profile().replacing("checks:\n  acme.size-offered: { weight: 1 }", with: "checks: {}")
        let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "acme.yaml")
        #expect(
            profile.warnings.map(\.message)
                == ["'acme.size-offered' does not run: name it below 'checks', with its weight"])
    }
}
