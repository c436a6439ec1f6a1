import Foundation
import Testing

/// A socket in the file system belongs to who listens there.
@Suite(.serialized) struct SocketPathTests {
    @Test func `A socket at which somebody answers is left alone, and one that was left behind is replaced`() throws {
        let folder = try TemporaryFolder()
        // Nothing but its own children ends; each is waited for.
        let (status, _, _) = try MeasuredRun.measure([
            #"""
            cd "$1"; serve() { exec $2 "$0d" serve --listen unix:socket --store "$1" --resolver 127.0.0.1:9; }
            listens() { for i in {1..1200}; do grep -q listening "$1" && break; kill -0 $2 || break; sleep 0.05; done; }
            (serve one) 2>first & first=$!; listens first $first
            before=$(stat -c %i socket); (serve two "timeout 30") 2>second; echo $? >status
            [ "$(stat -c %i socket)" = "$before" ] && [ ! -e two ] && echo alone >left
            kill -9 $first; wait $first
            [ -S socket ] && echo stale >>left; (serve three) 2>third & third=$!; listens third $third
            kill $third; wait $third
            """#,
            try MeasuredRun.binary(), folder.path,
        ])
        #expect(folder.text(of: "status") == "2\n", "\(status)")
        #expect(
            folder.text(of: "second")
                == "Error: It is not possible to listen on unix:socket: somebody answers there. Stop that, or name another path.\n"
        )
        #expect(folder.text(of: "left") == "alone\nstale\n")
        #expect(folder.text(of: "first")?.contains("listening on") == true)
        #expect(folder.text(of: "third")?.contains("listening on") == true, "\(folder.text(of: "third") ?? "")")
    }
}
