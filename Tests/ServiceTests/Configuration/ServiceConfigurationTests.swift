import Testing

@testable import Service

@Suite struct ServiceConfigurationTests {
    @Test("without a file the page offers the default profile and watches nothing")
    func defaults() {
        let configuration = ServiceConfiguration()
        #expect(configuration.profiles == ["default"])
        #expect(configuration.lists.isEmpty)
    }
}
