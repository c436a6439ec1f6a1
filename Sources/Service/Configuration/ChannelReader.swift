internal import Grading
internal import MailModel
internal import MailgradeKit

/// Reads the channels of a configuration. One that could not be used is a mistake now, and not in the night in which it is needed.
struct ChannelReader {
    let folder: ConfigurationFolder

    /// A secret or token is a line; larger files are something else.
    private static let longestSecret = 4096

    func channels(_ cursor: YAMLCursor) -> [String: Channel]? {
        cursor.entries("name of a channel")?.reduce(into: [:]) { channels, entry in
            channels[entry.key] = channel(entry.value)
        }
    }

    private func channel(_ cursor: YAMLCursor) -> Channel? {
        let kinds = ["mail", "webhook", "ntfy", "command"]
        guard let fields = cursor.fields(kinds) else { return nil }
        let named = kinds.filter { fields[$0] != nil }
        guard named.count == 1, let kind = named.first, let field = fields[kind] else {
            if !fields.hasUnknownKeys {
                cursor.errorAtKey("\(cursor.label) needs exactly one of \(kinds.joined(separator: ", "))")
            }
            return nil
        }
        switch kind {
        case "mail": return mail(field)
        case "webhook": return webhook(field)
        case "ntfy": return ntfy(field)
        default: return command(field)
        }
    }

    private func mail(_ cursor: YAMLCursor) -> Channel? {
        guard let fields = cursor.fields(["relay", "from", "to", "tls"]) else { return nil }
        let relay = fields.required("relay").flatMap(relay)
        let from = fields.required("from").flatMap(mailbox)
        let to = fields.required("to").flatMap { field -> [String]? in
            guard let items = field.list() else { return nil }
            if items.isEmpty || items.count > 100 { field.error("'to' needs from 1 to 100 addresses") }
            return items.compactMap(mailbox)
        }
        let requiresTLS = fields["tls"]?.choice([("required", true), ("opportunistic", false)])
        guard var relay, let from, let to else { return nil }
        relay.requiresTLS = requiresTLS ?? true
        return .mail(relay: relay, from: from, to: to)
    }

    private func relay(_ cursor: YAMLCursor) -> MailRelay? {
        guard let text = cursor.text() else { return nil }
        let relay = MailRelay(text)
        if relay == nil { cursor.error("'relay' must be a host and perhaps a port, such as mail.example.net:25") }
        return relay
    }

    private func mailbox(_ cursor: YAMLCursor) -> String? {
        guard let text = cursor.text() else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && text.utf8.count <= 254 && (1...64).contains(parts[0].utf8.count)
            && !parts[1].isEmpty
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !Array("<>()[],;:\\\"".utf8).contains($0) }
        if !isAddress {
            cursor.error("'\(text)' is no mail address such as postmaster@example.net")
            return nil
        }
        return text
    }

    private func webhook(_ cursor: YAMLCursor) -> Channel? {
        guard let fields = cursor.fields(["url", "secret"]) else { return nil }
        let secret = fields["secret"].map(secret)
        guard let address = fields.required("url").flatMap(address) else { return nil }
        return .webhook(address, secretFile: secret ?? nil)
    }

    private func ntfy(_ cursor: YAMLCursor) -> Channel? {
        guard let fields = cursor.fields(["url", "token"]) else { return nil }
        let token = fields["token"].map(secret)
        guard let field = fields.required("url"), let address = address(field) else { return nil }
        if address.target == "/" { field.error("'url' must end with the topic, such as https://ntfy.sh/our-mail") }
        return .ntfy(address, tokenFile: token ?? nil)
    }

    private func address(_ cursor: YAMLCursor) -> WebAddress? {
        guard let text = cursor.text() else { return nil }
        guard let address = WebAddress(text) else {
            cursor.error("'url' must begin with https:// and a host")
            return nil
        }
        if !address.isSecure, let own = IPAddress(address.host), !own.isNearby {
            cursor.error("http:// is for this machine and private networks: use https:// for \(address.host)")
        }
        return address
    }

    /// The path of a file with a secret in it, which is looked at now.
    private func secret(_ cursor: YAMLCursor) -> String? {
        guard let name = cursor.text() else { return nil }
        let path = folder.file(name)
        do throws(BoundedFile.Unreadable) {
            let bytes = try BoundedFile.read(path, limit: Self.longestSecret)
            if bytes.secret.isEmpty { cursor.error("the file '\(name)' is empty") }
        } catch {
            switch error {
            case .system(let words): cursor.error("the file '\(name)' cannot be read: \(words.lowercased())")
            case .notRegular: cursor.error("the file '\(name)' is a pipe, a device or a socket")
            case .tooLarge: cursor.error("the file '\(name)' is too large for a secret")
            }
        }
        return path
    }

    private func command(_ cursor: YAMLCursor) -> Channel? {
        guard let words = cursor.list()?.compactMap({ $0.text() }), let first = words.first else {
            cursor.error("'command' must be a list that begins with a program, such as [./page, --loud]")
            return nil
        }
        let path = folder.file(first)
        if let why = TextFile.whyNotExecutable(path) { cursor.error("the program '\(first)' \(why)") }
        // The program is looked for in its own folder.
        let parts = ConfigurationFolder(of: path)
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return .command(folder: parts.path, words: [file] + words.dropFirst())
    }
}

extension MailRelay {
    /// Reads `host`, `host:port` or `[IPv6]:port`; nil for anything else.
    init?(_ text: String) {
        var host = text[...]
        var port = 25
        if let colon = text.lastIndex(of: ":"), IPAddress(text) == nil {
            guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            (host, port) = (text[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let isName = host.utf8.allSatisfy {
            [0x2D, 0x2E].contains($0) || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0)
        }
        guard !host.isEmpty, isName || IPAddress(String(host)) != nil else { return nil }
        self.init(host: String(host), port: port)
    }
}

extension Sequence<UInt8> {
    /// A secret as it stands in a file: without the end of the line, and blanks around it.
    var secret: [UInt8] {
        let isBlank: (UInt8) -> Bool = { [0x09, 0x0A, 0x0D, 0x20].contains($0) }
        return Array(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
