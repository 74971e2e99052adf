internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Glibc
internal import SystemPackage

/// The program: parses its arguments, runs one command, and ends with the exit status that belongs to the outcome.
public enum EvidenceTool {
    /// Runs the command that the process's arguments ask for, and ends the process.
    public static func main() -> Never {
        Terminal.openClosed()
        // Whatever the mask says, what is made stays usable for whoever makes it, and private.
        umask(umask(0o077) & 0o077)
        ServiceContext.keepMemoryPrivate()
        Terminal.ignoreClosedPipes()
        Interruption.watch()
        if Completing.isAsked(Speech.arguments) { Completing.limitTime() }
        exit(run(Speech.arguments))
    }

    private static func run(_ arguments: [String]) -> Int32 {
        do {
            try RawArguments.requireThere()
            var command = try EvidenceCommandRoot.parseAsRoot(arguments)
            try RawArguments.requireAllUsed()
            try command.run()
            return 0
        } catch let error as EvidenceError {
            return Speech.complain(error)
        } catch let error as OutputError {
            // A reader that has what it wanted, such as `head`, is no failure.
            if error == .closedPipe { return 0 }
            return Speech.complain(EvidenceError(.inputOutput, error.explanation))
        } catch let error as ExitCode {
            return error.rawValue
        } catch let error as Errno {
            // Of a call that mostly works, such as looking whether something is there.
            let isOfPath = [Errno.fileNameTooLong, .tooManySymbolicLinkLevels].contains(error)
            let reason = error == .fileNameTooLong ? "路径过长" : "系统错误 \(error.rawValue)"
            return Speech.complain(
                EvidenceError(
                    isOfPath ? .inputMissing : .inputOutput,
                    en:
                        "A file or folder could not be read or written: \(error). Check the paths that you gave, and the disk.",
                    zh: "文件或文件夹读写失败（\(reason)）。请检查所给路径和磁盘。"))
        } catch let error where parserExitCode(for: error) == .failure {
            // Nothing of ours and nothing of the parser's; its status must not be that of tampering.
            return Speech.complain(
                EvidenceError(
                    .internalFault, en: "This should not have happened: \("\(error)".shown).",
                    zh: "程序出现意外错误：\("\(error)".shown)。"))
        } catch {
            return parserMessage(error, arguments)
        }
    }

    /// The exit status that the parser has for an error; that of what is not its own is a failure's.
    ///
    /// To find it the parser lays out its help for the window, and stops the program in one of up to 26 cells.
    private static func parserExitCode(for error: any Error) -> ExitCode {
        _ = Speech.environment  // as it was
        setenv("COLUMNS", String(HelpTranslation.columns), 1)
        return EvidenceCommandRoot.exitCode(for: error)
    }

    /// Help, versions and usage errors, which the argument parser words.
    private static func parserMessage(_ error: any Error, _ arguments: [String]) -> Int32 {
        let code = parserExitCode(for: error)
        let isHelp = code == .success
        let terminal = isHelp ? Terminal.output : Terminal.error
        let text = EvidenceCommandRoot.fullMessage(for: error, columns: HelpTranslation.columns)
        do {
            // What was typed so far may be anything; a shell that completes it wants no complaint.
            if Completing.isAsked(arguments) {
                if isHelp { try terminal.write(text + "\n") }
                return code.rawValue
            }
            let width = terminal.width(environment: Speech.environment)
            let shown = HelpTranslation.present(shortened(text), in: Speech.language, width: width)
            try terminal.write(shown.hasSuffix("\n") ? shown : shown + "\n")
            let isVersion = arguments.contains("--version")
            if isHelp, !isVersion { try terminal.write(lines: HelpEnding(arguments).lines(width: width)) }
        } catch {
            return 0
        }
        return code.rawValue
    }

    /// The parser's text with the options that every command has left out of usage lines, where they hide the rest.
    private static func shortened(_ text: String) -> String {
        let everywhere = /\ \[--archive <dir> \.\.\.\] \[--as <name>\].*? \[--color <color>\]/
        return text.replacing(everywhere, with: " [<options>]")
    }
}

/// The stop that a person asked for at the keyboard.
package enum Interruption {
    private static let requested = InterruptionFlag()

    /// From now on SIGINT, SIGTERM and SIGHUP ask the running command to stop; a second one ends it at once.
    ///
    /// One that is ignored stays so: `nohup` asks for it.
    static func watch() {
        _ = requested
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            guard sigaction(number, nil, &action) == 0, !isIgnored(action) else { continue }
            signal(number) { _ in
                if Interruption.requested.set() { _exit(EvidenceError.Code.interrupted.rawValue) }
            }
        }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Throws where a stop was asked for.
    package static func check() throws {
        if requested.isSet { throw EvidenceError.interrupted }
    }
}
