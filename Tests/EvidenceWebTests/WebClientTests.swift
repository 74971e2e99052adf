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

    @Test(arguments: ["ftp://127.0.0.1/", "127.0.0.1", "", "http://", "file:///etc/passwd"])
    func `what is no web address is refused`(address: String) {
        #expect {
            try client.get(address, limit: 10)
        } throws: {
            ($0 as? EvidenceError)?.code == .usage
        }
    }
}
