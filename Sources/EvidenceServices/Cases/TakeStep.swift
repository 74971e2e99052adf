internal import EvidenceArchive
package import EvidenceRecord
internal import Inspection
package import TransparencyLog

/// `evidence case step` and `evidence inspection step`: what happened to a problem, or in an inspection.
///
/// Nothing is refused because of its order: the archive records what happened.
package struct TakeStep {
    package struct Request: Sendable {
        /// What people call the case or inspection.
        package let name: String
        /// The step, by its identifier or its name in either language.
        package let step: String
        package var occurred = Occurrence()
        package var summary: String?
        /// The records that show it, by number, wherever they belong.
        package var evidence: [UInt64] = []
        package var due: CivilDate?
        package var to: String?
        /// Of a re-check alone, which has to have one.
        package var result: String?

        package init(name: String, step: String) {
            self.name = name
            self.step = step
        }
    }

    package struct Result: Sendable {
        package let seq: UInt64
        /// The step's identifier.
        package let step: String
        package let result: String?
        /// The evidence that was not in the dossier before.
        package let linked: [UInt64]
        package let checkpoint: Checkpoint
    }

    package let context: ServiceContext
    private let kind: EntryType

    /// - Parameter kind: the type that opens a dossier of the kind in which the step is taken.
    package init(_ context: ServiceContext, _ kind: EntryType = .caseOpened) {
        self.context = context
        self.kind = kind
    }

    package func run(_ request: Request) throws -> Result {
        let step =
            try kind == .caseOpened
            ? RegulationInput.caseStep(request.step) : RegulationInput.inspectionStep(request.step)
        let result = try result(of: step, request)
        for (value, option) in [(request.summary, "--summary"), (request.to, "--to")] {
            if let value { try CorrectRecords.require(value, option) }
        }
        let archive = try context.openArchive()
        let records = try Set(request.evidence).sorted().map { try record($0, archive) }
        var linked: [UInt64] = []
        let commit = try context.commit(archive) { state in
            let (id, dossier) = try ManageCases.dossier(named: request.name, kind, state)
            let reading = try LogReading(archive, context)
            for record in records {
                let history = try reading.history(of: record)
                try CorrectRecords.refuseWithdrawn(history)
                try history.requireBody()
            }
            let contents = try reading.contents(of: id)
            let members = Set(contents.entries + contents.linked)
            let outside = records.filter { !members.contains($0.entry.seq) }
            linked = outside.map(\.entry.seq)
            var taken = StepTaken(dossier: id, step: step)
            taken.occurred = request.occurred
            taken.summary = request.summary
            taken.evidence = records.map(\.reference)
            taken.due = request.due
            taken.to = request.to
            taken.result = result
            let links =
                outside.isEmpty
                ? [] : [try ManageCases.linkDraft(outside.map(\.reference), to: id, state, context, archive)]
            return links + [
                Draft(
                    kind == .caseOpened ? .caseStep : .inspectionStep,
                    dossiers: [id] + (dossier.parent.map { [$0] } ?? []), body: try context.body(taken.json))
            ]
        }
        return Result(
            seq: commit.first + (linked.isEmpty ? 0 : 1), step: step, result: result, linked: linked,
            checkpoint: commit.checkpoint)
    }

    private func result(of step: String, _ request: Request) throws -> String? {
        if let given = request.result {
            try RegulationInput.requireRecheck(step)
            return try RegulationInput.result(given)
        }
        guard kind == .caseOpened, step == CaseStepKind.recheck.rawValue else { return nil }
        // A finding in somebody's favour is never one that was merely left out.
        throw EvidenceError(
            .usage, en: "Say what came of the re-check: --result passed or --result failed.",
            zh: "请说明复查结果：--result passed（通过）或 --result failed（未通过）。")
    }

    private func record(_ seq: UInt64, _ archive: Archive) throws -> LogRecord {
        let record = try archive.record(seq)
        guard record.entry.type == .evidenceAdded else {
            throw EvidenceError(
                .badInput,
                en: "Entry \(seq) is no record but \(record.entry.typeName.shown), which shows no step. Name records.",
                zh: "第 \(seq) 条不是证据记录（\(record.entry.typeName.shown)），不能作为步骤的证据。请指明证据记录。")
        }
        return record
    }
}
