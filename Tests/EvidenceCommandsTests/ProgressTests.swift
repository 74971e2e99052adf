import EvidenceCommands
import EvidenceRecord
import Foundation
import Synchronization
import Testing

struct ProgressTests {
    /// A clock that the test turns, and what was written.
    private final class Stage: Sendable {
        let now = Mutex<UInt64>(5_000_000_000)
        let written = Mutex<[String]>([])

        func printer(_ mode: ProgressMode, _ language: Language = .en, redraws: Bool = true, width: Int = 80)
            -> ProgressPrinter
        {
            ProgressPrinter(
                mode: mode, language: language, redraws: redraws, width: { width }, clock: { self.now.withLock { $0 } },
                write: { text in self.written.withLock { $0.append(text) } })
        }

        func wait(milliseconds: UInt64) {
            now.withLock { $0 += milliseconds * 1_000_000 }
        }

        var texts: [String] { written.withLock { $0 } }
    }

    private static func snapshot(_ step: Int, current: String? = nil) -> ProgressSnapshot {
        ProgressSnapshot(
            phase: Message(en: "Checking", zh: "核验"), filesDone: step, filesTotal: 1000,
            bytesDone: Int64(step) * 1_000_000,
            bytesTotal: 1_000_000_000, current: current)
    }

    /// Steps of a tenth of a second and one megabyte each.
    private static func run(_ printer: ProgressPrinter, _ stage: Stage, steps: Int, current: String? = nil) {
        for step in 0..<steps {
            printer.update(snapshot(step, current: current))
            stage.wait(milliseconds: 100)
        }
    }

    @Test func `Nothing is shown in the first second`() {
        for mode in ProgressMode.allCases where mode != .json {
            let stage = Stage()
            let printer = stage.printer(mode)
            Self.run(printer, stage, steps: 10)
            printer.finish()
            #expect(stage.texts.isEmpty)
        }
    }

    @Test func `A terminal's line is drawn five times a second at most, fits, and is cleared`() {
        for language in Language.allCases {
            let stage = Stage()
            let printer = stage.printer(.auto, language, width: 72)
            Self.run(printer, stage, steps: 111, current: "/某处/照\u{1B}[2J片/IMG_0001.jpg")
            let lines = stage.texts
            #expect(lines.count == 51)
            for line in lines {
                #expect(line.hasPrefix("\r") && line.hasSuffix("\u{1B}[K"))
                #expect(line.dropFirst().dropLast(3).cells <= 71)
                #expect(line.dropFirst().dropLast(3).allSatisfy { $0 != "\u{1B}" })
            }
            let start = language == .en ? "\rChecking  11%  110/1,000 files  " : "\r核验  11%  110/1,000 个文件  "
            #expect(lines.last?.hasPrefix(start) == true)
            printer.finish()
            printer.finish()
            #expect(stage.texts.last == "\r\u{1B}[K")
            #expect(stage.texts.count == 52)
            printer.update(Self.snapshot(999))
            #expect(stage.texts.count == 52)
        }
    }

    @Test func `Without a terminal automatic progress is silent and plain progress speaks every ten seconds`() {
        let silent = Stage()
        Self.run(silent.printer(.auto, redraws: false), silent, steps: 300)
        #expect(silent.texts.isEmpty)

        let stage = Stage()
        let printer = stage.printer(.plain, .zhHans, redraws: false)
        Self.run(printer, stage, steps: 300)
        printer.finish()
        #expect(
            stage.texts == [
                "核验  1%  10/1,000 个文件  10.0 MB/1.0 GB  10.0 MB/s  剩余 1 分 39 秒\n",
                "核验  11%  110/1,000 个文件  110 MB/1.0 GB  10.0 MB/s  剩余 1 分 29 秒\n",
                "核验  21%  210/1,000 个文件  210 MB/1.0 GB  10.0 MB/s  剩余 1 分 19 秒\n",
                "核验  29%  299/1,000 个文件  299 MB/1.0 GB  10.0 MB/s\n",
            ])
    }

    @Test func `JSON progress has stable members, two lines a second and a last one`() throws {
        let stage = Stage()
        let printer = stage.printer(.json, .zhHans, redraws: false)
        Self.run(printer, stage, steps: 31)
        printer.finish()
        #expect(stage.texts.count == 6)
        #expect(
            stage.texts[0]
                == #"{"phase":"Checking","filesDone":10,"filesTotal":1000,"bytesDone":10000000,"bytesTotal":1000000000,"#
                + #""bytesPerSecond":10000000,"secondsLeft":99,"done":false}"# + "\n")
        for text in stage.texts {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            #expect(object?.count == 8)
            #expect(object?["done"] as? Bool == (text == stage.texts.last))
        }
    }

    @Test func `Unknown totals are null in JSON, and a failed operation is not done`() {
        let stage = Stage()
        let printer = stage.printer(.json)
        printer.update(ProgressSnapshot(phase: Message(en: "Read \"x\"\n\u{1}", zh: "读")))
        printer.finish(completed: false)
        #expect(
            stage.texts == [
                #"{"phase":"Read \"x\"\u000a\u0001","filesDone":0,"filesTotal":null,"bytesDone":0,"bytesTotal":null,"#
                    + #""bytesPerSecond":null,"secondsLeft":null,"done":false}"# + "\n"
            ])
    }

    @Test func `A new phase measures its own speed`() {
        let stage = Stage()
        let printer = stage.printer(.json)
        Self.run(printer, stage, steps: 20)
        for step in 0..<20 {
            printer.update(
                ProgressSnapshot(phase: Message(en: "Next", zh: "下一步"), filesDone: step, bytesDone: Int64(step) * 2_000)
            )
            stage.wait(milliseconds: 100)
        }
        printer.finish()
        #expect(stage.texts.last?.contains("\"bytesPerSecond\":20000,\"secondsLeft\":0,\"done\":true") == true)
    }

    @Test func `A warning gets the terminal for itself`() {
        let stage = Stage()
        let printer = stage.printer(.auto)
        Self.run(printer, stage, steps: 12)
        let before = stage.texts.count
        printer.withoutLine { stage.written.withLock { $0.append("warning\n") } }
        #expect(Array(stage.texts[before...]) == ["\r\u{1B}[K", "warning\n"])
    }
}
