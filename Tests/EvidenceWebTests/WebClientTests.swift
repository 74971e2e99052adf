import EvidenceRecord
import EvidenceWeb
import Foundation
import Testing

/// Against a real server.
struct WebClientTests {
    private let client = WebClient(seconds: 20, checkInterruption: {})

    @Test func `a server that is not there is said to be unavailable`() {
        #expect {
            try client.get("http://127.0.0.1:1/x", limit: 10)
        } throws: {
            ($0 as? EvidenceError)?.code == .unavailable
        }
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
