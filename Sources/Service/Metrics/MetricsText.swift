/// Numbers for Prometheus in its text format 0.0.4: each with what it means, samples of one name together.
struct MetricsText {
    private(set) var text = ""

    /// A number that is as it is.
    mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]) {
        write(name, help, "gauge", samples.map { ("", $0.labels, $0.value) })
    }

    /// A number that only grows.
    mutating func counter(_ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]) {
        write(name, help, "counter", samples.map { ("", $0.labels, $0.value) })
    }

    /// How many of what was measured were so small; `counts` are of those up to each bound, and not of smaller ones.
    mutating func histogram(_ name: String, _ help: String, bounds: [Double], counts: [Int], sum: Double) {
        var total = 0
        var samples: [(String, [(String, String)], Double)] = []
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
            samples.append(("_bucket", [("le", bound)], Double(total)))
        }
        samples += [("_sum", [], sum), ("_count", [], Double(total))]
        write(name, help, "histogram", samples)
    }

    private mutating func write(
        _ name: String, _ help: String, _ type: String,
        _ samples: [(suffix: String, labels: [(String, String)], value: Double)]
    ) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            text += "\(name)\(sample.suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(sample.value))\n"
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
