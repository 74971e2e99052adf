import Foundation
import Glibc

/// Python's own web server over a folder, on a free port of this machine, perhaps with a fault.
final class WebServer {
    enum Fault: String {
        case none
        /// What is asked for last in a tree never ends.
        case endless
        /// The server ends after some answers.
        case dying
        /// Every answer but the checkpoint is an error of the server's.
        case failing
        /// Nothing is answered at all, and the connection is closed.
        case silent
    }

    private static let script = """
        import functools, http.server, os, sys

        ready, folder, fault = sys.argv[1:4]
        answered = 0

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                global answered
                answered += 1
                with open(ready + ".asked", "a") as asked:
                    asked.write(self.path + "\\n")
                if fault == "dying" and answered > 3:
                    os._exit(0)
                if fault == "silent":
                    self.close_connection = True
                elif fault == "failing" and not self.path.endswith("/checkpoint"):
                    self.send_error(500)
                elif fault == "endless" and "/entries/" in self.path:
                    self.send_response(200)
                    self.end_headers()
                    try:
                        while True:
                            self.wfile.write(b"x" * 65536)
                    except OSError:
                        pass
                else:
                    super().do_GET()

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        with open(ready + ".new", "w") as file:
            file.write(str(server.server_address[1]))
        os.rename(ready + ".new", ready)
        server.serve_forever()
        """

    private let scratch: String
    private let process: Running
    private let port: String

    init(_ folder: String, fault: Fault = .none) throws {
        scratch = try Laptop.temporaryFolder()
        let ready = scratch + "/ready"
        process = try Running(
            "/usr/bin/python3", ["-c", WebServer.script, ready, folder, fault.rawValue].map { Array($0.utf8) },
            environment: ["PATH": "/usr/bin:/bin"], folder: scratch, input: nil)
        try wait { access(ready, F_OK) == 0 }
        port = String(decoding: try Laptop.bytes(ready), as: UTF8.self)
    }

    deinit {
        process.send(SIGKILL)
        _ = try? process.wait()
        try? FileManager.default.removeItem(atPath: scratch)
    }

    /// The address of the folder.
    var address: String { "http://127.0.0.1:\(port)" }

    /// The paths that were asked for, in order.
    func asked() throws -> [String] {
        String(decoding: try Laptop.bytes(scratch + "/ready.asked"), as: UTF8.self).split(separator: "\n").map(
            String.init)
    }
}
