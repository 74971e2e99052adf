import Testing

/// What the words that a person reads must be like.
enum Prose {
    /// Expects one line that begins with the program's name and ends a sentence, in the language that was asked for.
    static func expectSentence(
        _ outcome: Outcome, _ language: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.err.hasSuffix("\n"), sourceLocation: sourceLocation)
        let isOurs = outcome.err.hasPrefix("evidence")
        if isOurs { #expect(outcome.errLines.count == 1, "\(outcome.err)", sourceLocation: sourceLocation) }
        if language == "en" {
            #expect(
                outcome.err.hasPrefix("evidence: ") || outcome.err.hasPrefix("Error: "), sourceLocation: sourceLocation)
            // What is quoted may be Chinese; the sentence itself may not end as Chinese does.
            #expect(!outcome.err.contains("。"), "\(outcome.err)", sourceLocation: sourceLocation)
        } else {
            #expect(
                outcome.err.hasPrefix("evidence：") || outcome.err.hasPrefix("错误："), sourceLocation: sourceLocation)
            if isOurs { #expect(outcome.err.contains("。"), "\(outcome.err)", sourceLocation: sourceLocation) }
            #expect(english(in: outcome.err) == [], sourceLocation: sourceLocation)
        }
    }

    /// Runs of English words in a Chinese text, where no name, value, path or command explains them.
    static func english(in text: String) -> [String] {
        text.split(separator: "\n").flatMap { line -> [String] in
            let bare = line.replacing(/evidence( [a-z][a-z-]*)+/, with: " · ")
                .replacing(/“[^”]*”/, with: " · ")
                .replacing(/<[^>]*>|\[[^\]]*\]/, with: " · ")
                .replacing(/(?:--?[a-z][a-z-]*)/, with: " · ")
                .replacing(/[^ ]*[\/.:_+=][^ ]*/, with: " · ")
            return bare.matches(of: /[A-Za-z][a-z]+(?: [a-z]{2,})+/).map { String($0.output) }
        }
    }
}
