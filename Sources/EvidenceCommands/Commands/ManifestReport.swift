internal import ArgumentParser
internal import EvidenceCrypto
internal import EvidenceRecord
internal import EvidenceServices
internal import Foundation
internal import Pages
internal import SystemPackage

/// What is said of a manifest that has mistakes: each by its row and column.
struct ManifestReport {
    private static let mostLines = 30

    let refused: ManifestRefused
    let desk: Desk

    /// - Returns: the exit status to end with.
    func show() throws -> ExitCode {
        desk.endProgress(completed: false)
        if desk.isJSON {
            try desk.document(document)
        } else {
            let errors = Terminal.error
            let width = errors.width(environment: Speech.environment)
            try errors.write(lines: lines.flatMap { line in width.map { line.wrapped(to: $0) } ?? [line] })
        }
        return ExitCode(EvidenceError.Code.badInput.rawValue)
    }

    private var document: JSONObject {
        var document = JSONObject()
        document["ok"] = .bool(false)
        document["errors"] = .array(
            refused.problems.map { problem in
                var object = JSONObject()
                object["row"] = .integer(Int64(problem.row))
                object.set("column", problem.letters)
                object.set("heading", problem.heading)
                object.set("value", problem.value)
                object["code"] = .string(problem.code.rawValue)
                object["explanation"] = .string(problem.explanation.en)
                return .object(object)
            })
        return document
    }

    private var lines: [String] {
        let count = Formats.counted(refused.problems.count, "mistake", zh: "处错误")
        let name = refused.path.string.shown
        let head = Speech.say(
            "evidence: “\(name)” has \(count.en); nothing was added. Correct the table, then run the command again.",
            "evidence：“\(name)”有 \(count.zh)，未添加任何内容。请改正清单后重新执行命令。")
        let shown = refused.problems.prefix(ManifestReport.mostLines).map { "  " + line($0) }
        let more = refused.problems.count - shown.count
        let rest = Speech.say(
            "  … and \(Formats.count(more)) more; --json lists them all.",
            "  ……另有 \(Formats.count(more)) 处；--json 可列出全部。")
        return [head] + shown + (more > 0 ? [rest] : [])
    }

    /// A mistake in a line: `Row 17, “Occurred” (column F): …`.
    private func line(_ problem: ManifestProblem) -> String {
        let explanation = desk.text(problem.explanation)
        guard let letters = problem.letters else {
            return Speech.say("Row \(problem.row): \(explanation)", "第 \(problem.row) 行：\(explanation)")
        }
        guard let heading = problem.heading?.shown else {
            return Speech.say(
                "Row \(problem.row), column \(letters): \(explanation)",
                "第 \(problem.row) 行（\(letters) 列）：\(explanation)")
        }
        return Speech.say(
            "Row \(problem.row), “\(heading)” (column \(letters)): \(explanation)",
            "第 \(problem.row) 行「\(heading)」（\(letters) 列）：\(explanation)")
    }
}
