import EvidenceRecord
import EvidenceWeb
import Foundation
import Testing

/// Against a real server.
struct WebClientTests {
    private let client = WebClient(seconds: 20, checkInterruption: {})

    @Test func `a server that is not there is said to be unavailable`() async {
        let client = client
        // It waits for work that the threads of asynchronous tests have to do: on one of them, it would hold up all others.
        let error = await withCheckedContinuation { (answer: CheckedContinuation<(any Error)?, Never>) in
            Thread.detachNewThread {
                do {
                    _ = try client.get("http://127.0.0.1:1/x", limit: 10)
                    answer.resume(returning: nil)
                } catch { answer.resume(returning: error) }
            }
        }
        #expect((error as? EvidenceError)?.code == .unavailable)
    }

    /// Answers one request with its length, and then with a byte now and then.
    private static let dripping = """
        import socket, time
        server = socket.create_server(("127.0.0.1", 0))
        print(server.getsockname()[1], flush=True)
        client, _ = server.accept()
        client.recv(65536)
        client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 300\\r\\n\\r\\n")
        for _ in range(300):
            client.sendall(b"x")
            time.sleep(0.05)
        """

    @Test func `an answer that drips in does not outlast its time`() async throws {
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        server.arguments = ["-c", WebClientTests.dripping]
        let output = Pipe()
        server.standardOutput = output
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).filter(\.isNumber)
        let client = WebClient(seconds: 1, checkInterruption: {})
        let error = await withCheckedContinuation { (answer: CheckedContinuation<(any Error)?, Never>) in
            Thread.detachNewThread {
                do {
                    _ = try client.get("http://127.0.0.1:\(port)/x", limit: 1_000)
                    answer.resume(returning: nil)
                } catch { answer.resume(returning: error) }
            }
        }
        let refusal = try #require(error as? EvidenceError)
        #expect(refusal.code == .unavailable && refusal.message.en.contains("within 1 s"), "\(refusal.message.en)")
    }

    @Test(arguments: ["http://user:secret@127.0.0.1:1/x", "https://secret@127.0.0.1:1"])
    func `a password in an address is neither sent nor shown`(address: String) {
        let error = #expect(throws: EvidenceError.self) { try client.get(address, limit: 10) }
        #expect(error?.code == .usage && error?.message.en.contains("secret") == false)
    }

    @Test(arguments: ["ftp://127.0.0.1/", "127.0.0.1", "", "http://", "file:///etc/passwd"])
    func `what is no web address is refused`(address: String) {
        #expect {
            try client.get(address, limit: 10)
        } throws: {
            ($0 as? EvidenceError)?.code == .usage
        }
    }
}
