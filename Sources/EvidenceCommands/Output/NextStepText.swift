package import EvidenceRecord
package import EvidenceServices

/// What to do next, in a line that ends with the command to type.
package enum NextStepText {
    package static func message(_ step: NextStep) -> Message {
        switch step {
        case .linkToCase(let unlinked, anyCaseIsOpen: true):
            Message(
                en: "Next: put into a case what is in none: evidence case link CASE \(numbers(unlinked))",
                zh: "下一步：归入案件：evidence case link 案件编号 \(numbers(unlinked))")
        case .linkToCase(let unlinked, anyCaseIsOpen: false):
            Message(
                en: "Next: open a case: evidence case open CASE; then evidence case link CASE \(numbers(unlinked))",
                zh: "下一步：先立案：evidence case open 案件编号；再关联：evidence case link 案件编号 \(numbers(unlinked))")
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
                en: "Next: no second copy is known: evidence mirror DIR, best on another disk",
                zh: "下一步：尚未见第二份副本：evidence mirror 文件夹（最好在另一块磁盘上）")
        case .copyArchive:
            Message(
                en: "Next: the second copy is over a week old: evidence mirror DIR",
                zh: "下一步：第二份副本已超过一周：evidence mirror 文件夹")
        }
    }

    /// Numbers as a shell takes them: `3 4 5`, or `{3..40}` for many in a row.
    private static func numbers(_ unlinked: NextStep.Unlinked) -> String {
        let named = unlinked.first.map { "\($0)" }.joined(separator: " ")
        if unlinked.count <= UInt64(NextStep.Unlinked.most) { return named }
        let first = unlinked.first[0]
        return unlinked.last - first == unlinked.count - 1 ? "{\(first)..\(unlinked.last)}" : named + " …"
    }
}
