"""A time stamping authority on 127.0.0.1, for the tests: `timestamp-server.py FOLDER`, which prints its port.

FOLDER has an authority's files, as TimestampAuthority makes them. The path of a request says how it is answered. It ends
with its standard input, so that it does not outlive whoever started it.
"""
import http.server
import subprocess
import sys
import tempfile
import threading

folder = sys.argv[1]
remembered = {}
lock = threading.Lock()


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True).stdout


def reply(query):
    with lock, tempfile.NamedTemporaryFile() as file:
        file.write(query)
        file.flush()
        return openssl("ts", "-reply", "-config", "authority.cnf", "-queryfile", file.name, "-signer", "tsa.pem",
                       "-inkey", "tsa.key", "-chain", "intermediate.pem")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, kind="application/timestamp-reply"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        query = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Type") != "application/timestamp-query":
            return self.answer(b"not a timestamp query", 400, "text/plain")
        getattr(self, self.path.strip("/"))(query)

    def granted(self, query):
        self.answer(reply(query))

    def failing(self, _):
        self.answer(b"out of order", 500, "text/plain")

    def login(self, _):
        self.answer(b"<html>Please log in.</html>", 200, "text/html")

    def moved(self, _):
        self.send_response(302)
        self.send_header("Location", "/granted")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def silent(self, _):
        self.close_connection = True

    def endless(self, _):
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"\0" * 65536)
        except OSError:
            pass

    def refusing(self, _):
        self.answer(reply(b"this is no query"))

    def another(self, _):
        self.answer(reply(openssl("ts", "-query", "-digest", "00" * 32, "-sha256", "-cert")))

    def older(self, query):
        self.answer(remembered.setdefault("first", reply(query)))

    def damaged(self, query):
        body = bytearray(reply(query))
        body[-1] ^= 1
        self.answer(bytes(body))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
