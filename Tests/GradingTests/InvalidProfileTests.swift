import FoundationEssentials
import Glibc
import MailModel
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct InvalidProfileTests {
    @Test("every file in Invalid has the one mistake that its first line names", arguments: Invalid.names)
    func oneMistake(name: String) throws {
        let path = "\(Invalid.folder)/\(name)"
        let text = String(decoding: try BoundedFile.read(path, limit: 100_000), as: UTF8.self)
        let expected = try #require(text.split(separator: "\n").first).dropFirst(2)
        let error = #expect(throws: InvalidProfile.self) { try Invalid.library.load(path) }
        let mistakes = try #require(error).diagnostics.filter { $0.kind == .error }
            .map { String($0.description.prefix { $0 != "\n" }).replacing("\(Invalid.folder)/", with: "") }
        #expect(mistakes == [String(expected)])
    }

    @Test("there is a file for each of the mistakes that people make")
    func enoughFiles() {
        #expect(Invalid.names.count >= 125)
        #expect(Odd.names.count >= 14)
        #expect((Invalid.names + Odd.names).allSatisfy { $0.hasSuffix(".yaml") })
    }

    @Test(
        "every file in Odd loads, and is warned about as its first line says, and about nothing else",
        arguments: Odd.names)
    func oneWarning(name: String) throws {
        let path = "\(Odd.folder)/\(name)"
        let text = String(decoding: try BoundedFile.read(path, limit: 100_000), as: UTF8.self)
        let expected = try #require(text.split(separator: "\n").first).dropFirst(2)
        let profile = try Invalid.library.load(path)
        // The default profile is large, and examined in a test of its own.
        let examined =
            text.contains("extends:") ? [] : Examination(profile, in: Invalid.library, limit: 300).diagnostics
        let warnings = (profile.warnings + examined)
            .map { String($0.description.prefix { $0 != "\n" }).replacing("\(Odd.folder)/", with: "") }
        #expect(warnings == [String(expected)])
    }

    @Test("a misspelt parent does not hide what else is wrong")
    func misspeltParent() {
        let yaml = """
            schema: 1
            id: acme
            extends: defualt
            title: Acme
            checks:
              starttls.ofered: { weight: 25 }
            """
        let error = #expect(throws: InvalidProfile.self) {
            try Invalid.library.read(Array(yaml.utf8), name: "acme.yaml")
        }
        #expect(error?.diagnostics.map(\.message).count == 2)
        #expect(error?.diagnostics.first?.message.contains("did you mean 'default'?") == true)
        #expect(error?.diagnostics.last?.message.contains("did you mean 'starttls.offered'?") == true)
    }

    @Test("five mistakes in one file are five errors, each at its place")
    func fiveMistakes() throws {
        let yaml = """
            schema: 1
            id: acme
            extends: default
            title: Acme
            descripton: Partners of Acme
            checks:
              starttls.ofered: { weight: 25 }
              tls.version: { weight: -1 }
            severity:
              ptr.missing: hint
            grade:
              caps:
                strict: { at-most: G, when: always, because: Strict. }
            """
        let error = #expect(throws: InvalidProfile.self) {
            try Invalid.library.read(Array(yaml.utf8), name: "acme.yaml")
        }
        #expect(try #require(error).diagnostics.map { $0.position?.line } == [5, 7, 8, 10, 13])
        #expect(
            try #require(error).description == """
                acme.yaml:5:1: error: unknown key 'descripton' in the profile; did you mean 'description'?
                    descripton: Partners of Acme
                    ^
                acme.yaml:7:3: error: unknown check 'starttls.ofered'; did you mean 'starttls.offered'?
                      starttls.ofered: { weight: 25 }
                      ^
                acme.yaml:8:26: error: 'weight' must be from 0 to 1000000, not '-1'
                      tls.version: { weight: -1 }
                                             ^
                acme.yaml:10:16: error: 'ptr.missing' must be one of info, notice, warning, error, critical, not 'hint'
                      ptr.missing: hint
                                   ^
                acme.yaml:13:24: error: unknown grade 'G'; the grades are A+, A, B, C, D, F
                        strict: { at-most: G, when: always, because: Strict. }
                                           ^
                """)
    }

    @Test("a profile that is neither built in nor a file is refused with what there is")
    func missing() {
        let error = #expect(throws: InvalidProfile.self) { try Invalid.library.load("acme") }
        let ids = TestCatalog.library().ids.sorted().joined(separator: ", ")
        #expect(error?.description == "error: no profile 'acme': No such file or directory; built in: \(ids)")
        let typo = #expect(throws: InvalidProfile.self) { try Invalid.library.load("defualt") }
        #expect(
            typo?.description == "error: no profile 'defualt': No such file or directory; did you mean 'default'?")
    }

    @Test("a hundred megabytes are refused without being read")
    func huge() throws {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "mailgrade-huge-\(UInt32.random(in: 0 ... .max)).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        #expect(FileManager.default.createFile(atPath: path.path, contents: Data()))
        #expect(truncate(path.path, 100 << 20) == 0)
        var messages: [String] = []
        do throws(InvalidProfile) {
            _ = try Invalid.library.load(path.path)
        } catch {
            messages = error.diagnostics.map(\.message)
        }
        #expect(messages == ["the profile '\(path.path)' cannot be read: it is larger than 1 MiB"])
    }

    @Test("profiles that extend each other in a circle, or in a chain without end, are refused")
    func circles() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "mailgrade-\(UInt32.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ name: String, extending parent: String) throws {
            try Data("schema: 1\nextends: \(parent)\n".utf8).write(to: folder.appending(path: name))
        }
        try write("a.yaml", extending: "b.yaml")
        try write("b.yaml", extending: "a.yaml")
        for level in 0..<20 { try write("c\(level).yaml", extending: "c\(level + 1).yaml") }
        let circle = #expect(throws: InvalidProfile.self) { try Invalid.library.load(folder.path + "/a.yaml") }
        let message = try #require(circle?.diagnostics.first).message.replacing(folder.path + "/", with: "")
        #expect(message == "'extends' is circular: a.yaml → b.yaml → a.yaml")
        let chain = #expect(throws: InvalidProfile.self) { try Invalid.library.load(folder.path + "/c0.yaml") }
        #expect(chain?.diagnostics.map(\.message) == ["a chain of more than 8 profiles that extend each other"])
    }
}

/// The profiles that are odd: they load, and something in them cannot matter.
private enum Odd {
    static let folder = Invalid.folder.replacing("/Invalid", with: "/Odd")
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}

/// The invalid profiles and the library that refuses them: the default profile and one more check, with parameters.
private enum Invalid {
    static let folder = String(#filePath.prefix { _ in true }.dropLast("InvalidProfileTests.swift".count)) + "Invalid"

    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    static let library = TestCatalog.library(
        with: [
            TestCatalog.check(
                "test.parameters", .server, parameters: ParametersType(TestParameters.self), formerIDs: ["test.knobs"])
        ])
}
