internal import Glibc
internal import MailModel
internal import NIOCore
internal import NIOPosix

/// The addresses of a host that the operator has named, by the system's own means: /etc/hosts and names of a private network count, as
/// they do for every program of the machine.
enum HostAddresses {
    /// More are not tried.
    private static let most = 8

    /// The addresses in the order in which the system would try them. Throws `Undelivered`.
    static func of(_ host: String) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        let (code, addresses) = try await NIOThreadPool.singleton.runIfActive { lookup(host) }
        guard !addresses.isEmpty else {
            throw Undelivered("\(host) has no address: \(String(cString: gai_strerror(code)))")
        }
        return addresses
    }

    /// Blocks until the system has an answer, or no hope of one.
    private static func lookup(_ host: String) -> (Int32, [IPAddress]) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else { return (code, []) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next, addresses.count < most {
            if let address = address(entry.pointee.ai_addr), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return (addresses.isEmpty ? EAI_NONAME : 0, addresses)
    }

    private static func address(_ pointer: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
        guard let pointer else { return nil }
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET:
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { name in
                withUnsafeBytes(of: name.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { name in
                withUnsafeBytes(of: name.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        default: return nil
        }
    }
}
