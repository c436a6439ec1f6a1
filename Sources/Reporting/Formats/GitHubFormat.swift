internal import CheckKit
internal import Grading
internal import MailModel

extension ReportFormat {
    /// Annotations of a step of GitHub Actions: workflow commands, one a line.
    /// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
    static let github = ReportFormat(
        "github", summary: "annotations for GitHub Actions", mediaType: "text/plain", fileEnding: "txt"
    ) { reports, layout in
        reports.all.map { $0.annotations(layout.anchor) }.joined()
    }
}

extension Report {
    /// Of each level the first ten of a step are shown, and the rest is dropped without a word: so nine problems at most, the
    /// worst, and one that counts what is left. The result is a line of the log and not an annotation.
    /// <https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md>
    private static let most = 9

    fileprivate func annotations(_ anchor: ReportFormat.Anchor?) -> String {
        let problems = explanation.toDo.enumerated()
            .sorted { ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset) }.map(\.element)
        var lines = ["\(domain.forPeople) (\(profile.id)): \(headline)".escapedForTerminal]
        lines += problems.prefix(Self.most).map {
            annotation($0.level, "\($0.severity.rawValue) \($0.code)", $0.text, anchor)
        }
        let left = problems.count - Self.most
        if left > 0 {
            let words = left == 1 ? "1 more problem" : "\(left) more problems"
            lines.append(annotation("notice", words, "\(words). The whole report has them.", anchor))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func annotation(
        _ level: String, _ title: String, _ text: String, _ anchor: ReportFormat.Anchor?
    ) -> String {
        let place = anchor.map { "file=\(Self.property($0.path)),line=\($0.line)," } ?? ""
        return "::\(level) \(place)title=\(Self.property("\(subject): \(title)"))::\(Self.data(text))"
    }

    /// Data and properties are escaped as the toolkit's own command.ts does; control characters before that, so that the line
    /// ends left are ours.
    private static func data(_ text: String) -> String {
        text.split(separator: "\n").map { String($0).escapedForTerminal.percentEscaping(["%"]) }
            .joined(separator: "%0A")
    }

    private static func property(_ text: String) -> String {
        text.escapedForTerminal.percentEscaping(["%", ":", ","])
    }
}

extension Fix {
    fileprivate var level: String {
        switch severity {
        case .critical, .error: "error"
        case .warning: "warning"
        case .notice, .info: "notice"
        }
    }

    fileprivate var text: String {
        let seen = observations.map { observation in
            observation.message.escapedForTerminal + (observation.places.phrase.map { " (at \($0))" } ?? "")
        }
        return (seen + ["Do: \(remedy)"]).joined(separator: "\n")
    }
}

extension String {
    fileprivate func percentEscaping(_ characters: Set<Unicode.Scalar>) -> String {
        var text = ""
        for scalar in unicodeScalars {
            if characters.contains(scalar) {
                text += "%" + String(scalar.value, radix: 16, uppercase: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
