internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Glibc
internal import Inspection
internal import SystemPackage

/// What a shell is told when a person presses Tab.
enum Completing {
    /// How long a person is kept waiting at most, in seconds.
    private static let patience: UInt32 = 5

    static func isAsked(_ arguments: [String]) -> Bool { arguments.first == "---completion" }

    /// Ends this process, silently, once the person's patience is over: an archive may lie on a disk that sleeps.
    static func limitTime() {
        signal(SIGALRM) { _ in _exit(0) }
        alarm(patience)
    }

    /// Candidates, or none where they can't be had.
    fileprivate static func candidates(_ words: [String], _ find: (CompletionCandidates, FilePath?) throws -> [String])
        -> [String]
    {
        let environment = Speech.environment
        let named = environment["EVIDENCE_ARCHIVE"].flatMap { $0.isEmpty ? nil : $0 }
        let archive = (archive(in: words) ?? named).map { expanded($0, environment["HOME"]) }
        guard let candidates = try? CompletionCandidates(environment: environment),
            let found = try? find(candidates, archive.map { FilePath($0) })
        else { return [] }
        return found.filter(isHarmless)
    }

    /// Whether no shell takes anything in a name for more than a character.
    ///
    /// The scripts that the parser generates let bash expand what we answer (`compgen -W`): of a case named
    /// `$(rm -rf ~)`, perhaps in an archive that somebody handed over, the Tab key would make a command.
    private static func isHarmless(_ name: String) -> Bool {
        guard name.first != "-", name.hasSameBytes(as: name.shown) else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " -_.,+@%/#".unicodeScalars.contains(scalar)
        }
    }

    private static func archive(in words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            if word == "--archive", index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix("--archive=") { return String(word.dropFirst(10)) }
        }
        return nil
    }

    /// A shell hands over what was typed, with the `~` that it would have expanded.
    private static func expanded(_ path: String, _ home: String?) -> String {
        guard let home, path == "~" || path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }
}

extension CompletionKind {
    static var caseNames: CompletionKind {
        .custom { words, _, prefix in
            Completing.candidates(words) { try $0.dossierNames(beginning: prefix, archive: $1) }
        }
    }

    static var signerNames: CompletionKind {
        .custom { words, _, _ in Completing.candidates(words) { candidates, _ in try candidates.signerNames() } }
    }

    static var kinds: CompletionKind { .list(RecordKind.allCases.map(\.rawValue)) }
    static var methods: CompletionKind { .list(WorkingMethod.allCases.map(\.rawValue)) }
    static var contents: CompletionKind { .list(ContentItem.allCases.map(\.rawValue)) }
    static var caseSteps: CompletionKind { .list(CaseStepKind.allCases.map(\.rawValue)) }
    static var inspectionSteps: CompletionKind { .list(InspectionStepKind.allCases.map(\.rawValue)) }
    static var results: CompletionKind { .list(RecheckResult.allCases.map(\.rawValue)) }
    static var severities: CompletionKind { .list(HazardSeverity.allCases.map(\.rawValue)) }
    static var unitKinds: CompletionKind { .list(InspectedUnitKind.allCases.map(\.rawValue)) }
}
