internal import Glibc
internal import MailModel
internal import NIOCore

extension WireFailure {
    /// Classifies what the sockets throw: whose fault it is, ours or the server's.
    init(_ error: any Error, stage: String) {
        switch error {
        case let failure as WireFailure: self = failure
        case let error as IOError: self.init(errno: error.errnoCode, stage: stage)
        case ChannelError.connectTimeout: self = .timedOut(stage: stage)
        case is ChannelError: self = .closedEarly(stage: stage)
        default: self = .local("\(error)")
        }
    }

    /// Classifies an error number of connect(2), read(2) or write(2).
    init(errno code: Int32, stage: String) {
        switch code {
        case ECONNREFUSED: self = .refused
        case ETIMEDOUT: self = .timedOut(stage: stage)
        // A router or the server's own network said so; without any route, this machine says ENETUNREACH.
        case EHOSTUNREACH, EHOSTDOWN: self = .unreachable
        case ENETUNREACH, EAFNOSUPPORT, EADDRNOTAVAIL: self = .noRoute
        case ECONNRESET, EPIPE: self = .reset
        default: self = .local(String(cString: strerror(code)))
        }
    }
}
