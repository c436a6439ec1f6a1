import CheckEngine
import CheckKit
import Checks
import Observations
import Testing

@Suite struct DeliveryStoryTests {
    @Test("the delivery matrix and the grade tell one story", arguments: try Corpus.names())
    func oneStory(name: String) throws {
        let bench = try LawBench("default")
        let run = try bench.run(name)
        let story = DeliveryStory(
            evidence: Judge(bench.plan).deriving(run.evidence), results: run.before.results,
            assessment: run.before.assessment)
        #expect(story.contradictions == [])
    }
}
