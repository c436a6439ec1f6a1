internal import CheckKit
internal import MailModel

extension ProfileDecoder {
    /// The map under `run`.
    func runChanges(_ cursor: YAMLCursor) -> Profile.RunChanges? {
        let keys = ["deadline", "connections-per-server", "helo", "relay-sender", "relay-recipient"]
        guard let fields = cursor.fields(keys) else { return nil }
        var run = Profile.RunChanges()
        run.deadline = fields["deadline"].flatMap(deadline)
        run.connectionsPerServer = fields["connections-per-server"].flatMap(connections)
        run.helo = fields["helo"].flatMap(helo)
        run.relaySender = fields["relay-sender"].flatMap(mailbox)
        run.relayRecipient = fields["relay-recipient"].flatMap(mailbox)
        return run
    }

    private func deadline(_ cursor: YAMLCursor) -> Duration? {
        guard !cursor.removesNothing(), let deadline = cursor.duration() else { return nil }
        guard (.seconds(1) ... .seconds(3_600)).contains(deadline) else {
            cursor.error("'deadline' must be from 1s to 1h, not \(cursor.node.kind)")
            return nil
        }
        return deadline
    }

    private func connections(_ cursor: YAMLCursor) -> Int? {
        guard !cursor.removesNothing() else { return nil }
        return cursor.number(in: 1...16).flatMap { _ in cursor.integer() }
    }

    private func helo(_ cursor: YAMLCursor) -> String? {
        guard !cursor.removesNothing(), let text = cursor.text() else { return nil }
        do throws(DomainInputError) {
            return try DomainName(input: text).text
        } catch {
            cursor.error("'helo' must be the full name of the machine that tests, not \(cursor.node.kind)")
            return nil
        }
    }

    /// A mailbox is sent as it stands: nothing in it may end the command it is put into.
    private func mailbox(_ cursor: YAMLCursor) -> String? {
        guard !cursor.removesNothing(), let text = cursor.text() else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let punctuation = "!#$%&'*+-/=?^_`{|}~.".utf8
        let isAtomByte: (UInt8) -> Bool = { byte in
            punctuation.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.allSatisfy(isAtomByte), parts[0].utf8.count <= 64,
            let domain = try? DomainName(input: String(parts[1]))
        else {
            cursor.error("'\(cursor.name)' must be a mail address, not \(cursor.node.kind)")
            return nil
        }
        return "\(parts[0])@\(domain.text)"
    }
}
