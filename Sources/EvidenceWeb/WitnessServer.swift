internal import Dispatch
internal import EvidenceRecord
package import EvidenceServices
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Synchronization
internal import TransparencyLog

/// Serves a witness over HTTP (C2SP tlog-witness): `POST /add-checkpoint` and `GET /<origin hash>/checkpoint`.
///
/// Whoever sends requests is a stranger: bodies, connections and times have limits.
package struct WitnessServer: Sendable {
    /// Where a server listens.
    package struct Address: Sendable, Equatable {
        package let host: String
        /// 0 for any that is free.
        package let port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Reads `HOST:PORT`, with brackets around an IPv6 address; nil for anything else.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
                return nil
            }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty else { return nil }
            self.init(host: String(host), port: Int(port))
        }

        /// The address as a web address.
        package var url: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }

    /// How long a connection may be idle, and how long it may last with all that is asked over it.
    private static let seconds: Int64 = 30
    private static let connections = 256

    private let witness: ServeWitness
    /// Where requests wait for the witness's database, one after the other, so that no disk holds up an event loop.
    private let queue = DispatchQueue(label: "evidence.witness")

    package init(_ witness: ServeWitness) { self.witness = witness }

    /// Serves until SIGINT or SIGTERM, or until `checkInterruption` throws; then answers what it has begun, and returns.
    ///
    /// - Parameter onListening: told where, once requests are taken.
    /// - Throws: `unavailable` where nobody can listen there.
    package func run(
        at address: Address, onListening: @escaping @Sendable (Address) -> Void,
        checkInterruption: () throws -> Void
    ) throws {
        var logger = Logger(label: "evidence")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionEnd(after: .seconds(WitnessServer.seconds))],
                    idleTimeout: .seconds(WitnessServer.seconds))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(WitnessServer.connections, logger: logger)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                onListening(Address(host: address.host, port: port))
            }, logger: logger)
        let failure = Mutex<(any Error)?>(nil)
        let done = DispatchSemaphore(value: 0)
        let task = Task.detached {
            do {
                try await application.runService()
            } catch {
                failure.withLock { $0 = error }
            }
            done.signal()
        }
        while done.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
            // SIGINT and SIGTERM end the service by themselves; this is for whatever else may ask to stop.
            if (try? checkInterruption()) == nil { task.cancel() }
        }
        if let error = failure.withLock({ $0 }), !(error is CancellationError) {
            throw EvidenceError(
                .unavailable,
                en:
                    "Nobody can listen at \(address.host.shown):\(address.port): another program is there, or the address is not this machine's. Use another port.",
                zh: "无法在 \(address.host.shown):\(address.port) 监听：已被其他程序占用，或不是本机地址。请换一个端口。")
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        router.post("add-checkpoint") { request, _ in
            do {
                let body = try await request.body.collect(upTo: WitnessRequest.maximumSize)
                return await answer { $0.addCheckpoint(Array(body.readableBytesView)) }
            } catch is NIOTooManyBytesError {
                return WitnessServer.response(
                    WitnessResponse(
                        status: 413, contentType: "text/plain; charset=utf-8",
                        body: Array("a request has at most \(WitnessRequest.maximumSize) bytes\n".utf8)))
            }
        }
        router.get(":origin/checkpoint") { _, context in
            let hex = context.parameters.get("origin") ?? ""
            return await answer { $0.checkpoint(ofOriginHashed: hex) }
        }
        return router
    }

    private func answer(_ body: @escaping @Sendable (ServeWitness) -> WitnessResponse) async -> Response {
        let witness = witness
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: WitnessServer.response(body(witness))) }
        }
    }

    private static func response(_ response: WitnessResponse) -> Response {
        var headers = HTTPFields()
        if let type = response.contentType { headers[.contentType] = type }
        return Response(
            status: HTTPResponse.Status(code: response.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
    }

    /// Closes a connection some time after it was opened, so that nobody keeps the few that there are, by sending drop by drop or by
    /// asking again and again.
    private final class ConnectionEnd: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        private let time: TimeAmount
        private var end: Scheduled<Void>?

        init(after time: TimeAmount) { self.time = time }

        func handlerAdded(context: ChannelHandlerContext) {
            let channel = context.channel
            end = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
        }

        func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
    }
}
