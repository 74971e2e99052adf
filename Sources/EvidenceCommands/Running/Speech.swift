internal import ArgumentParser
package import EvidenceRecord
internal import Foundation

/// In which language this process speaks, known before its arguments are parsed, since help texts need it.
package enum Speech {
    package static let environment = ProcessInfo.processInfo.environment

    /// The arguments without `--lang`, which may stand anywhere, before a command's name and behind `help` too.
    static let arguments: [String] = fromArguments.rest

    package static let language: Language = fromArguments.language ?? Language.fromEnvironment(environment)

    /// A value that is no language stays where it is, for the parser to complain of.
    private static let fromArguments: (language: Language?, rest: [String]) = {
        var language: Language?
        var rest: [String] = []
        var arguments = RawArguments.all[...]
        while let argument = arguments.popFirst() {
            if argument == "--" {
                rest.append(argument)
                rest += arguments
                break
            }
            if argument == "--lang", let value = arguments.first, let named = Language(argument: value) {
                language = named
                arguments.removeFirst()
            } else if argument.hasPrefix("--lang="), let named = Language(argument: String(argument.dropFirst(7))) {
                language = named
            } else {
                rest.append(argument)
            }
        }
        return (language, rest)
    }()

    /// A text in this process's language.
    static func say(_ en: String, _ zh: String) -> String { Message(en: en, zh: zh).text(in: language) }

    /// More than a sentence with the paths that people have; what stands in files of strangers may be called anything, at any length.
    private static let longestMessage = 2_000

    /// A message behind a head that may be coloured, in lines that fit standard error's window.
    static func lines(_ head: String, _ styledHead: String, _ message: Message) -> [String] {
        let text = head + message.text(in: language).shortened(to: longestMessage)
        guard let width = Terminal.error.width(environment: environment) else {
            return [styledHead + text.dropFirst(head.count)]
        }
        let wrapped = text.wrapped(to: width)
        guard let first = wrapped.first, first.hasPrefix(head) else { return wrapped }
        return [styledHead + first.dropFirst(head.count)] + wrapped.dropFirst()
    }

    /// Prints an error for a person on standard error.
    ///
    /// - Returns: its exit status.
    static func complain(_ error: EvidenceError) -> Int32 {
        let styles = Terminal.error.styles(.auto, environment: environment)
        let head = say("evidence: ", "evidence：")
        try? Terminal.error.write(lines: lines(head, styles(head, .red), error.message))
        return error.code.rawValue
    }
}

/// The help of an option or argument in this process's language.
func help(_ en: String, _ zh: String, valueName: String? = nil) -> ArgumentHelp {
    ArgumentHelp(Speech.say(en, zh), valueName: valueName)
}
