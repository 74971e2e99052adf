#!/usr/bin/env python3
"""Looks at a page in headless Chromium, over its DevTools pipe, and prints what was found as one JSON document.

look.py PAGE [--width N] [--english] [--shot FILE.png] [--pdf FILE.pdf] [--eval EXPRESSION]...

A page may run no script; what is evaluated here is asked by the debugger. `requests` are all addresses that the page asked
for, `messages` all that the browser had to complain of.
"""
import argparse
import base64
import json
import os
import pathlib
import subprocess
import tempfile


class Browser:
    def __init__(self, profile):
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()

        def connect():
            # 3 and 4 are where the browser looks; what lay there before must not be lost on the way.
            reading, writing = os.dup(to_browser), os.dup(from_browser)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio",
             "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=connect, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.number, self.session, self.events = b"", 0, None, []

    def message(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.input, 1 << 20)
            if not piece:
                raise SystemExit("look: the browser went away")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.output, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"look: {method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("page")
    options.add_argument("--width", type=int, default=1200)
    options.add_argument("--english", action="store_true")
    options.add_argument("--shot")
    options.add_argument("--pdf")
    options.add_argument("--eval", action="append", default=[])
    options = options.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Network", "Log", "Runtime"]:
            browser.call(f"{domain}.enable")
        browser.call("Emulation.setDeviceMetricsOverride", width=options.width, height=900, deviceScaleFactor=1,
                     mobile=options.width < 600)
        browser.call("Page.navigate", url=pathlib.Path(options.page).resolve().as_uri())
        browser.wait("Page.loadEventFired")

        def evaluate(expression):
            answer = browser.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
            if "exceptionDetails" in answer:
                raise SystemExit(f"look: {expression}: {answer['exceptionDetails']}")
            return answer["result"].get("value")

        if options.english:
            evaluate("document.querySelector('label[for=en]').click()")
        # Pictures that are loaded only when they come into view, come into view.
        evaluate("""(async () => {
            for (const image of document.images) { image.loading = 'eager'; await image.decode().catch(() => 0) }
        })()""")
        values = [evaluate(expression) for expression in options.eval]
        if options.shot:
            shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
            pathlib.Path(options.shot).write_bytes(base64.b64decode(shot["data"]))
        if options.pdf:
            pdf = browser.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
            pathlib.Path(options.pdf).write_bytes(base64.b64decode(pdf["data"]))
        requests, messages = [], []
        for event in browser.events:
            parameters = event.get("params", {})
            if event.get("method") == "Network.requestWillBeSent":
                # Addresses that hold their own content go nowhere; the controls of players are drawn by them.
                if not parameters["request"]["url"].startswith("data:"):
                    requests.append(parameters["request"]["url"])
            elif event.get("method") == "Log.entryAdded":
                messages.append(parameters["entry"]["text"])
            elif event.get("method") in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening"):
                messages.append(json.dumps(parameters))
        os.write(browser.output, b'{"id":0,"method":"Browser.close"}\0')
        browser.process.wait(20)
    print(json.dumps({"values": values, "requests": requests, "messages": messages}, ensure_ascii=False))


main()
