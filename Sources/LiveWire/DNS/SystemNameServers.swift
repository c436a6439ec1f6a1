internal import Glibc
internal import MailModel

/// The name servers of a system's resolver file (resolv.conf(5)), in libunbound's `ADDRESS@PORT` form.
///
/// Read here and not by the library, which cuts the scope off a link-local server's address and cannot know a port.
enum SystemNameServers {
    /// The servers in order; this machine's own when the file names none. Throws when it names only what is no address.
    static func read(_ file: String) throws(ResolverError) -> [String] {
        let lines: [Substring]
        do throws(BoundedFile.Unreadable) {
            lines = try BoundedFile.lines(of: file)
        } catch {
            throw .unreadableSystemFile(file: file, reason: error.reason)
        }
        let words = lines.compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.first == "nameserver" ? words.dropFirst().first ?? "" : nil
        }
        if words.isEmpty { return ["127.0.0.1@53"] }
        let servers = words.compactMap(server)
        guard !servers.isEmpty else {
            throw .unreadableSystemFile(file: file, reason: "no nameserver line holds an address")
        }
        return servers
    }

    /// `ADDRESS`, `ADDRESS%INTERFACE`, `IPV4:PORT` or `[IPV6]:PORT`.
    private static func server(_ word: Substring) -> String? {
        let parts = word.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard case .address(let address, let port) = ResolverSettings.Upstream(String(parts[0])) else { return nil }
        guard parts.count == 2 else { return "\(address)@\(port)" }
        let interface = String(parts[1])
        // The library takes the number of an interface only.
        let number = UInt32(interface) ?? if_nametoindex(interface)
        return number == 0 ? nil : "\(address)%\(number)@\(port)"
    }
}
