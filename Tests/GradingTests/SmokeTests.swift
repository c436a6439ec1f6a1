import Testing

@testable import Grading

@Suite struct SmokeTests {
    @Test("smoke") func smoke() throws {
        let a = Scene([1, 2]).assessment()
        #expect(a.grade == .a)
        #expect(a.score == 100)
        #expect(TestCatalog.standard.warnings.map(\.description) == [])
        var s = Scene([1, 1]); s.find("certificate.self-signed", server: 1)
        let b = s.assessment()
        #expect(b.grade == .c, "\(b)")
        print(b.because.map(\.sentence), b.range as Any)
    }
}
