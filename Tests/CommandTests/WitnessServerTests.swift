import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// The served witness as strangers meet it: through sockets, with requests of any kind.
struct WitnessServerTests {
    private static let history = SignedHistory(leaves: 12)
    private static let fork = SignedHistory(leaves: 12, fork: 4)

    private let office: Office

    init() throws { office = try Office(watching: TestKey.archive.verifier.description) }

    private struct Answer: Equatable {
        var status: Int
        var type: String?
        var body: String
    }

    /// Sends a request by another program's HTTP.
    private func send(_ url: String, _ method: String = "POST", _ body: [UInt8]? = nil) throws -> Answer {
        try office.laptop.file("body", bytes: body ?? [])
        let outcome = try office.laptop.shell(
            """
            curl --silent --show-error --max-time 60 --request \(method) --output answer --write-out '%{http_code} %{content_type}' \
                \(body == nil ? "" : "--data-binary @body") '\(url)'
            """)
        guard outcome.status == 0 else { throw HarnessError(outcome.err) }
        let parts = outcome.out.split(separator: " ", maxSplits: 1).map(String.init)
        let text = String(decoding: (try? Laptop.bytes(office.laptop.folder + "/answer")) ?? [], as: UTF8.self)
        try? FileManager.default.removeItem(atPath: office.laptop.folder + "/answer")
        return Answer(status: Int(parts[0]) ?? 0, type: parts.count > 1 ? parts[1] : nil, body: text)
    }

    private func add(_ url: String, _ request: WitnessRequest) throws -> Answer {
        try send(url + "/add-checkpoint", "POST", request.bytes)
    }

    private func cosigned(_ answer: Answer, _ size: Int) throws -> Bool {
        guard answer.status == 200 else { return false }
        let lines = try SignedNote.signatures(parsing: Array(answer.body.utf8))
        return try lines.count == 1
            && Cosignature(lines[0]).isValid(noteText: Self.history.note(size).text, key: try office.verifier)
    }

    @Test func `each answer of the specification is given`() throws {
        let served = try ServedWitness(office)
        let (url, history, fork) = (served.url, Self.history, Self.fork)
        #expect(url.hasPrefix("http://127.0.0.1:") && !url.hasSuffix(":0"))
        // An old size of 0 asks where the witness is.
        #expect(try cosigned(add(url, history.request(0, 3)), 3))
        #expect(try add(url, history.request(0, 5)) == Answer(status: 409, type: "text/x.tlog.size", body: "3\n"))
        #expect(try cosigned(add(url, history.request(3, 8)), 8))
        #expect(try cosigned(add(url, history.request(8, 8)), 8))
        #expect(try add(url, history.request(3, 10)) == Answer(status: 409, type: "text/x.tlog.size", body: "8\n"))
        let plain = "text/plain; charset=utf-8"
        for (request, status) in [
            (try SignedHistory(.stranger, leaves: 3).request(0, 3), 404),
            (try WitnessRequest(oldSize: 8, proof: [], note: history.note(10, by: [.stranger])), 403),
            (try WitnessRequest(oldSize: 11, proof: [], note: history.note(10)), 400),
            (try fork.request(8, 8), 422), (try fork.request(8, 12), 422),
            (try WitnessRequest(oldSize: 8, proof: [MerkleHash.leaf([])], note: history.note(8)), 422),
            (try WitnessRequest(oldSize: 8, proof: [], note: history.note(10)), 422),
        ] {
            let answer = try add(url, request)
            #expect(answer.status == status && answer.type == plain && answer.body.hasSuffix("\n"), "\(answer)")
        }
        let wrong = SignedNote.Signature(
            name: TestKey.archive.name, keyID: TestKey.archive.verifier.keyID, bytes: [UInt8](repeating: 7, count: 64))
        let spoiled = try SignedNote(text: history.note(10).text, signatures: [wrong])
        #expect(try add(url, WitnessRequest(oldSize: 8, proof: [], note: spoiled)).status == 403)
        #expect(try cosigned(add(url, history.request(8, 12)), 12))
        // What contradicted it was told and kept.
        let ended = try served.stop()
        #expect(ended.status == 0)
        #expect(ended.err.contains("Two histories"))
        #expect(try office.conflicts() == ["fork", "inconsistent", "inconsistent"])
        #expect(try office.list()["conflicts"]?.array.map { $0["settled"]?.bool } == [false, false, false])
    }

    @Test func `the newest checkpoint is shown to whoever knows the origin`() throws {
        let served = try ServedWitness(office)
        let hash = "0bb7bb1f5ce04cb7ec2e1ef3a7a3bd7e3c4e65e6bb1b0b0f2d2e7cd1b90bfc1e"
        let digest = try office.laptop.shell("printf '%s' '\(TestKey.archive.name)' | sha256sum | cut -d' ' -f1")
            .outLines[0]
        #expect(try send("\(served.url)/\(digest)/checkpoint", "GET").status == 404)
        var note = try Self.history.note(5)
        try note.append(SignedNote.Signature(name: "nobody", keyID: 1, bytes: [1]))
        #expect(try cosigned(add(served.url, WitnessRequest(oldSize: 0, proof: [], note: note)), 5))
        let shown = try send("\(served.url)/\(digest)/checkpoint", "GET")
        #expect(shown.status == 200 && shown.type == "text/plain; charset=utf-8")
        let read = try SignedNote(parsing: Array(shown.body.utf8))
        #expect(read.text == note.text)
        #expect(read.verify(TestKey.archive.verifier) == .valid)
        #expect(read.verify(try office.verifier) == .valid)
        // What nobody checked is not passed on.
        #expect(read.signatures.count == 2)
        for path in [
            "\(hash)/checkpoint", "\(digest.uppercased())/checkpoint", "checkpoint", "x/checkpoint", digest, "",
            "..%2f..%2fetc/checkpoint",
        ] {
            #expect(try send("\(served.url)/\(path)", "GET").status == 404, "\(path)")
        }
        _ = try served.stop()
    }

    @Test func `what is no request is answered, and leaves the witness as it was`() throws {
        let served = try ServedWitness(office)
        let add = served.url + "/add-checkpoint"
        #expect(try cosigned(self.add(served.url, Self.history.request(0, 3)), 3))
        let right = try Self.history.request(3, 9).bytes
        for body in [
            [], [0], Array("old 3\n".utf8), Array("old 3\n\n".utf8), [UInt8](repeating: 0xff, count: 1_000),
            Array(right.dropLast()), right + right, Array(right.dropFirst()),
            [UInt8](repeating: 0x0a, count: WitnessRequest.maximumSize),
        ] as [[UInt8]] { #expect(try send(add, "POST", body).status == 400, "\(body.prefix(20))") }
        #expect(try send(add, "POST", [UInt8](repeating: 0x0a, count: WitnessRequest.maximumSize + 1)).status == 413)
        #expect(try send(add, "POST", [UInt8](repeating: 0x0a, count: 4 << 20)).status == 413)
        for method in ["GET", "PUT", "DELETE", "PATCH"] {
            #expect([404, 405].contains(try send(add, method).status), "\(method)")
        }
        #expect(try office.newestSize() == 3)
        #expect(try cosigned(self.add(served.url, Self.history.request(3, 9)), 9))
        _ = try served.stop()
    }

    @Test func `bytes that are no HTTP, and clients that go away, harm nobody`() throws {
        let served = try ServedWitness(office)
        try office.file("right", Self.history.request(0, 3))
        let outcome = try office.laptop.shell(
            #"""
            python3 - '\#(served.url)' <<'END'
            import random, socket, sys, threading, urllib.request
            host, port = sys.argv[1][7:].split(":")
            noise = random.Random(3)
            heads = [b"", b"\0" * 100, b"GET", b"GET / HTTP/1.1\r\n", b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 999999999\r\n\r\nold",
                     b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"POST /add-checkpoint HTTP/9.9\r\n\r\n",
                     b"POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n"]
            def strange(number):
                try:
                    with socket.create_connection((host, int(port)), timeout=60) as connection:
                        connection.sendall(heads[number % len(heads)] + noise.randbytes(number))
                        sent.release()
                        if number % 3: connection.recv(1000)
                except OSError:
                    sent.release()
            # Those whose connections are still open when the answer is here are left.
            sent = threading.Semaphore(0)
            threads = [threading.Thread(target=strange, args=(number,), daemon=True) for number in range(120)]
            for thread in threads: thread.start()
            for thread in threads: sent.acquire(timeout=60)
            with urllib.request.urlopen(sys.argv[1] + "/add-checkpoint", open("right", "rb").read(), timeout=60) as answer:
                sys.stdout.buffer.write(answer.read())
            END
            """#)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(try office.holds(outcome, over: Self.history.note(3)))
        _ = try served.stop(SIGKILL)
    }

    @Test func `whoever sends drop by drop, or asks again and again, is cut off`() async throws {
        let served = try ServedWitness(office)
        let (laptop, url) = (office.laptop, served.url)
        let outcome = try await aside {
            try laptop.shell(
                #"""
                python3 - '\#(url)' <<'END'
                import socket, sys, threading, time
                host, port = sys.argv[1][7:].split(":")
                cut = []
                def drip(head, more=b"1"):
                    with socket.create_connection((host, int(port)), timeout=1) as connection:
                        connection.sendall(head)
                        for _ in range(200):
                            try:
                                if connection.recv(1000) == b"":
                                    break
                                time.sleep(1)
                            except TimeoutError:
                                pass
                            except OSError:
                                break
                            try:
                                if head: connection.sendall(more)
                            except OSError:
                                break
                        else:
                            return
                    cut.append(head)
                heads = [b"", b"POST /add-checkpoint HTTP/1.1\r\nX: ", b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 5000\r\n\r\nold "]
                asking = b"GET /00/checkpoint HTTP/1.1\r\nHost: a\r\n\r\n"
                threads = [threading.Thread(target=drip, args=(head,)) for head in heads]
                threads.append(threading.Thread(target=drip, args=(asking, asking)))
                for thread in threads: thread.start()
                for thread in threads: thread.join()
                print(len(cut))
                END
                """#)
        }
        #expect(outcome.outLines == ["4"], "\(outcome.err)")
        _ = try served.stop()
    }

    @Test func `many at once get one history`() throws {
        let served = try ServedWitness(office)
        try office.file("first", Self.history.request(0, 3))
        try office.file("true", Self.history.request(3, 9))
        try office.file("fork", Self.fork.request(3, 9))
        #expect(try office.laptop.start(curl: served.url, "first").wait().status == 0)
        let asking = try (0..<24).map {
            try office.laptop.start(curl: served.url, $0.isMultiple(of: 2) ? "true" : "fork")
        }
        let outcomes = try asking.map { try $0.wait() }
        let history = try Self.history.note(9)
        let fork = try Self.fork.note(9)
        let gaveTrue = try outcomes.contains { try office.holds($0, over: history) }
        let gaveFork = try outcomes.contains { try office.holds($0, over: fork) }
        #expect(gaveTrue != gaveFork)
        _ = try served.stop()
        #expect(try office.newestSize() == 9)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `it ends when it is asked to`(signal: Int32) throws {
        let served = try ServedWitness(office)
        // A connection that stays open does not keep it.
        let idle = try office.laptop.start(
            shell: "exec 3<>/dev/tcp/\(served.url.dropFirst(7).replacing(":", with: "/")); sleep 60")
        let outcome = try served.stop(signal)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.err == "")
        idle.send(SIGKILL)
        _ = try idle.wait()
    }

    @Test func `an address where nobody can listen is told`() throws {
        let served = try ServedWitness(office)
        let taken = String(served.url.dropFirst(7))
        try office.laptop.expectRefused("witness", "serve", "--listen", taken, status: 69, naming: taken)
        _ = try served.stop()
        for address in ["127.0.0.1", ":80", "127.0.0.1:99999", "127.0.0.1:x", "::1:80", ""] {
            try office.laptop.expectRefused(
                "witness", "serve", "--listen", address, status: 64, naming: "127.0.0.1:8420")
        }
    }

    @Test func `a witness whose database is gone does not serve`() throws {
        try FileManager.default.removeItem(atPath: office.database)
        try office.laptop.expectRefused(
            "witness", "serve", "--listen", "127.0.0.1:0", status: 66, naming: "witness.sqlite")
        #expect(try FileManager.default.contentsOfDirectory(atPath: office.folder) == [])
    }
}

extension Laptop {
    /// Starts a shell's script without waiting for it.
    func start(shell script: String) throws -> Running {
        try Running(
            "/bin/bash", ["-c", script].map { Array($0.utf8) }, environment: environment, folder: folder, input: nil)
    }
}
