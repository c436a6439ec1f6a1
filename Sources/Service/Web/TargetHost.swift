internal import NIOCore
internal import NIOHTTP1

/// A target in absolute form says by itself which host is meant, and whatever the field Host says is ignored. RFC 9112, section 3.2.2.
/// Hummingbird sees the path alone, so the field is replaced before that.
final class TargetHost: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), let host = Self.host(of: head.uri),
            head.headers["Host"].count < 2
        else { return context.fireChannelRead(data) }
        head.headers.replaceOrAdd(name: "Host", value: host)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// The host of a target in absolute form, with its port where it has one; nil for any other target.
    private static func host(of target: String) -> String? {
        guard !target.hasPrefix("/"), let begin = target.firstRange(of: "://")?.upperBound else { return nil }
        return String(target[begin...].prefix { !"/?#".contains($0) })
    }

    /// Brings it to its place, which is behind the decoder: handlers of ours are added at the end.
    final class Installer: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        func handlerAdded(context: ChannelHandlerContext) {
            let pipeline = context.pipeline.syncOperations
            do {
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(TargetHost(), position: .after(decoder))
            } catch {
                // Without it a name that is not ours could pass.
                context.close(promise: nil)
            }
        }
    }
}
