internal import AsyncHTTPClient
internal import Dispatch
internal import EvidenceRecord
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Asks web servers, one request after the other, for programs that wait for the answer.
///
/// The thread that asks must not be one that asynchronous work needs: it blocks until that work is done.
///
/// What comes back is not trusted: answers have largest sizes, requests end in time, and no redirection is followed, so
/// that nobody is sent where they did not mean to go.
package struct WebClient: Sendable {
    /// What a server answered.
    package struct Response: Sendable {
        package let status: Int
        /// Nil where the server did not say.
        package let contentType: String?
        package let body: [UInt8]
    }

    private let seconds: Int
    private let checkInterruption: @Sendable () throws -> Void

    /// - Parameters:
    ///   - seconds: how long one request may take, with the whole of its answer.
    ///   - checkInterruption: throws where the person wants to stop.
    package init(seconds: Int = 60, checkInterruption: @escaping @Sendable () throws -> Void) {
        self.seconds = seconds
        self.checkInterruption = checkInterruption
    }

    /// Whether a text is the address of something on the web: `http://` or `https://` and a host.
    package static func isAddress(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.lowercased().hasPrefix($0) && text.utf8.count > $0.utf8.count }
    }

    /// Asks for what lies at an address.
    ///
    /// - Parameter limit: the most bytes that are read of an answer.
    /// - Throws: `unavailable` where there is no answer, none in time, or too large a one.
    package func get(_ address: String, limit: Int) throws -> Response {
        try send(HTTPClientRequest(url: address), limit: limit)
    }

    /// The bytes of a file that a server offers; nil where it says that there is none.
    ///
    /// - Throws: as ``get(_:limit:)``; `unavailable` also for any other answer.
    package func file(at address: String, limit: Int) throws -> [UInt8]? {
        let response = try get(address, limit: limit)
        switch response.status {
        case 200: return response.body
        case 404, 410: return nil
        default: throw WebClient.unavailable(address, Message { _ in "HTTP \(response.status)" })
        }
    }

    /// Sends bytes to an address.
    ///
    /// - Parameter limit: the most bytes that are read of an answer.
    /// - Throws: as ``get(_:limit:)``.
    package func post(_ address: String, _ body: [UInt8], contentType: String, limit: Int) throws -> Response {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: contentType)
        request.body = .bytes(body)
        return try send(request, limit: limit)
    }

    private func send(_ request: HTTPClientRequest, limit: Int) throws -> Response {
        guard WebClient.isAddress(request.url) else {
            throw EvidenceError(
                .usage, en: "“\(request.url.shown)” is no web address: it begins with http:// or https://.",
                zh: "“\(request.url.shown)”不是网址，网址应以 http:// 或 https:// 开头。")
        }
        let parts = request.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count < 3 || !parts[2].prefix(while: { $0 != "?" && $0 != "#" }).contains("@") else {
            throw EvidenceError(
                .usage,
                en:
                    "The address has a name or a password in it, which everybody on this machine could see: leave out what stands before “@”.",
                zh: "网址中含有用户名或密码，本机其他人均可看到：请去掉“@”及其之前的部分。")
        }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome = Mutex<Result<Response, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let task = Task.detached {
            let result: Result<Response, any Error>
            do {
                let response = try await client.execute(request, deadline: .distantFuture)
                result = .success(
                    Response(
                        status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type"),
                        body: try await WebClient.body(of: response, limit: limit)))
            } catch {
                result = .failure(error)
            }
            try? await client.shutdown()
            outcome.withLock { $0 = result }
            done.signal()
        }
        // The client's own deadline ends with the answer's head; a server may drip the rest for ever.
        let end = DispatchTime.now() + .seconds(seconds)
        while done.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
            do {
                try checkInterruption()
                guard DispatchTime.now() < end else { throw isLate(request.url) }
            } catch {
                task.cancel()
                done.wait()
                throw error
            }
        }
        switch outcome.withLock({ $0 }) {
        case .success(let response): return response
        case .failure(is NIOTooManyBytesError):
            throw WebClient.unavailable(
                request.url, Message(en: "more than \(limit) bytes", zh: "超过 \(limit) 字节"))
        case .failure(let error): throw WebClient.unavailable(request.url, Message { _ in "\(error)" })
        case nil: throw WebClient.unavailable(request.url, Message { _ in "" })
        }
    }

    /// An answer's body; of an answer that only says why there is none, nothing where it is too large.
    private static func body(of response: HTTPClientResponse, limit: Int) async throws -> [UInt8] {
        do {
            return Array(try await response.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError where response.status.code / 100 != 2 {
            return []
        }
    }

    private func isLate(_ address: String) -> EvidenceError {
        WebClient.unavailable(
            address, Message(en: "no whole answer within \(seconds) s", zh: "\(seconds) 秒内未收到完整应答"))
    }

    private static func unavailable(_ address: String, _ reason: Message) -> EvidenceError {
        EvidenceError(
            .unavailable,
            en:
                "“\(address.shown)” did not answer as it should (“\(reason.en.shown)”). Check the address and the network.",
            zh: "“\(address.shown)”没有正常应答（“\(reason.zh.shown)”）。请检查网址和网络。")
    }
}
