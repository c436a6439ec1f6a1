internal import Hummingbird
internal import MailModel

/// What a request comes with besides its text.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who is at the other end of the connection; nil in tests.
    let peer: IPAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress(peer: $0) }
    }

    /// Who asks: the peer, or whom a proxy on this machine asks for, which says so at the end of X-Forwarded-For.
    func client(_ request: Request) -> IPAddress? {
        guard peer.map(\.isLoopback) ?? true, let field = request.headers[.forwardedFor],
            let last = field.split(separator: ",").last
        else { return peer }
        return IPAddress(String(last.trimmingBlanks)) ?? peer
    }
}

extension IPAddress {
    /// The address of the other end of a connection: a socket of IPv6 writes those of IPv4 in a form of its own. RFC 4291, section 2.5.5.2.
    fileprivate init?(peer text: String) {
        self.init(text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text)
    }

    fileprivate var isLoopback: Bool {
        AddressBlock("127.0.0.0/8")?.contains(self) == true || AddressBlock("::1/128")?.contains(self) == true
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
