package import EvidenceRecord
package import EvidenceServices
package import SystemPackage

/// What to do next, in a line that ends with the command to type.
package enum NextStepText {
    /// So many numbers are named one by one.
    private static let mostNumbers = 6

    package static func message(_ step: NextStep, archive: FilePath) -> Message {
        switch step {
        case .linkToCase(let seqs, anyCaseIsOpen: true):
            Message(
                en: "Next: put into a case what is in none: evidence case link CASE \(numbers(seqs))",
                zh: "下一步：归入案件：evidence case link 案件编号 \(numbers(seqs))")
        case .linkToCase(let seqs, anyCaseIsOpen: false):
            Message(
                en: "Next: open a case: evidence case open CASE; then evidence case link CASE \(numbers(seqs))",
                zh: "下一步：先立案：evidence case open 案件编号；再关联：evidence case link 案件编号 \(numbers(seqs))")
        case .carryOutCheckpoint(last: nil):
            Message(
                en: "Next: no checkpoint has left this machine yet: evidence checkpoint --to FILE",
                zh: "下一步：尚未带出过检查点：evidence checkpoint --to 文件")
        case .carryOutCheckpoint:
            Message(
                en: "Next: no checkpoint has left this machine today: evidence checkpoint --to FILE",
                zh: "下一步：今天尚未带出检查点：evidence checkpoint --to 文件")
        case .copyArchive(last: nil):
            Message(
                en: "Next: no second copy is known: rsync -a \(source(archive)) COPY, then evidence verify COPY",
                zh: "下一步：尚未见第二份副本：rsync -a \(source(archive)) 副本文件夹，再执行 evidence verify 副本文件夹")
        case .copyArchive:
            Message(
                en:
                    "Next: the second copy is over a week old: rsync -a \(source(archive)) COPY, then evidence verify COPY",
                zh: "下一步：第二份副本已超过一周：rsync -a \(source(archive)) 副本文件夹，再执行 evidence verify 副本文件夹")
        }
    }

    /// Numbers as a shell takes them: `3 4 5`, or `{3..40}` for many in a row.
    private static func numbers(_ seqs: [UInt64]) -> String {
        guard seqs.count > mostNumbers, let first = seqs.first, let last = seqs.last else {
            return seqs.map { "\($0)" }.joined(separator: " ")
        }
        if last - first == UInt64(seqs.count - 1) { return "{\(first)..\(last)}" }
        return seqs.prefix(mostNumbers).map { "\($0)" }.joined(separator: " ") + " …"
    }

    /// The archive's folder as a shell takes it; with a slash at its end, so that `rsync` copies what is in it.
    private static func source(_ archive: FilePath) -> String {
        let path = archive.string.shown + "/"
        let isPlain = path.unicodeScalars.allSatisfy { scalar in
            !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "/._-+@%,:=".unicodeScalars.contains(scalar)
        }
        return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
