import Testing

/// Who follows a link of a page finds something there.
@Suite struct LinkTests {
    private static let pages: [String] = {
        let top = (try? Repository.names(in: ".")) ?? []
        // Not what somebody has built there.
        let example = ((try? Repository.names(in: "Examples/AcmeGrade")) ?? []).map { "Examples/AcmeGrade/\($0)" }
        let below = ["Checks", "Profiles", "Sources", "Tests", "docs"].flatMap {
            ((try? Repository.files(below: $0)) ?? []).filter { !$0.contains("/Snapshots/") }
        }
        return (top + example + below).filter { $0.hasSuffix(".md") }
    }()

    @Test("a link to a file of the repository leads to one", arguments: pages)
    func files(_ page: String) throws {
        for target in try Self.links(in: page) where !target.path.isEmpty {
            #expect(Repository.exists(Self.resolved(target.path, beside: page)), "\(page) links to \(target.path)")
        }
    }

    @Test("a link to a heading leads to one", arguments: pages)
    func headings(_ page: String) throws {
        for target in try Self.links(in: page) {
            guard let heading = target.heading else { continue }
            let other = target.path.isEmpty ? page : Self.resolved(target.path, beside: page)
            guard other.hasSuffix(".md") else { continue }
            #expect(try Self.anchors(of: other).contains(heading), "\(page) links to \(target.path)#\(heading)")
        }
    }

    /// The links of a page that do not leave the repository.
    private static func links(in page: String) throws -> [(path: String, heading: String?)] {
        let text = try #require(Repository.text(page))
        return text.matches(of: /\]\(([^()\s]+)\)/).map { String($0.1) }.filter { !$0.contains(":") }.map { link in
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil)
        }
    }

    /// The anchors that the headings of a page have: lower case, blanks as hyphens, without punctuation.
    private static func anchors(of page: String) throws -> Set<String> {
        let text = try #require(Repository.text(page))
        return Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let words = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                return String(
                    words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.map { $0 == " " ? "-" : $0 })
            })
    }

    /// A path that is relative to the folder of a page, from the root.
    private static func resolved(_ path: String, beside page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in path.split(separator: "/") {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
