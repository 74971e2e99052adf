import Foundation

/// A web server that answers what it is told to, as witnesses do that keep to the specification in their own way; or passes
/// a request on to one that serves.
final class DeviatingWitness {
    enum Answer {
        case status(Int, type: String? = nil, body: String = "")
        /// As the served witness answers.
        case pass
        /// As it answers, with another text in it.
        case replacing(String, with: String)

        fileprivate var line: String {
            func escaped(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
            return switch self {
            case .status(let status, let type, let body): "status \(status) \(escaped(type ?? "")) \(escaped(body))"
            case .pass: "pass"
            case .replacing(let old, let new): "replace \(escaped(old)) \(escaped(new))"
            }
        }
    }

    let url: String
    private let running: Running
    private let requests: String

    /// - Parameters:
    ///   - posts: the answers to POST, in turn; the last one again and again.
    ///   - get: the answer to every GET.
    init(_ laptop: Laptop, posts: [Answer], get: Answer = .status(404), before served: ServedWitness? = nil) throws {
        try laptop.file("witness.py", DeviatingWitness.script)
        try laptop.file("answers", ([get] + posts).map(\.line).joined(separator: "\n") + "\n")
        requests = laptop.folder + "/requests"
        running = try Running(
            "/usr/bin/env", ["python3", "witness.py", served?.url ?? ""].map { Array($0.utf8) },
            environment: laptop.environment, folder: laptop.folder, input: nil)
        for _ in 0..<3_000 {
            let printed = String(decoding: running.outSoFar, as: UTF8.self)
            if printed.hasSuffix("\n") {
                url = "http://127.0.0.1:\(printed.dropLast())"
                return
            }
            usleep(10_000)
        }
        throw HarnessError("the deviating witness does not listen: \(try running.wait().err)")
    }

    deinit {
        running.send(SIGKILL)
        _ = try? running.wait()
    }

    /// The first lines of the bodies that were posted.
    func asked() throws -> [String] {
        String(decoding: (try? Laptop.bytes(requests)) ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static let script = """
        import base64, http.server, sys, urllib.error, urllib.request

        def text(word):
            return base64.b64decode(word)

        lines = [line.split(" ") for line in open("answers").read().splitlines()]
        get, posts = lines[0], lines[1:]
        open("requests", "w").close()

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def upstream(self, body):
                try:
                    with urllib.request.urlopen(sys.argv[1] + self.path, body) as answer:
                        return answer.status, answer.headers["Content-Type"], answer.read()
                except urllib.error.HTTPError as answer:
                    return answer.code, answer.headers["Content-Type"], answer.read()

            def reply(self, line, body):
                if line[0] == "status":
                    status, kind, data = int(line[1]), text(line[2]).decode(), text(line[3])
                else:
                    status, kind, data = self.upstream(body)
                    if line[0] == "replace":
                        data = data.replace(text(line[1]), text(line[2]))
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                self.reply(get, None)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with open("requests", "ab") as requests:
                    requests.write(body.split(b"\\n")[0] + b"\\n")
                self.reply(posts.pop(0) if len(posts) > 1 else posts[0], body)

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
