internal import EvidenceRecord

/// What was found, for eyes and as JSON: the same from every command.
struct ProblemList {
    private let desk: Desk
    private let omitted: [Problem.Code: Int]

    /// - Parameter omitted: how many more there were of a code.
    init(_ desk: Desk, omitted: [Problem.Code: Int]) {
        self.desk = desk
        self.omitted = omitted
    }

    /// Lines under a title; none where there is nothing to tell.
    func section(_ problems: [Problem], _ title: Message, _ style: Style) -> [String] {
        guard !problems.isEmpty else { return [] }
        var lines = [desk.styles(desk.text(title), style)]
        let width = max(20, (desk.width ?? 100_000) - 4)
        for (index, problem) in problems.enumerated() {
            let text = "\(desk.text(problem.explanation)) [\(problem.code.rawValue)]"
            let wrapped = text.wrapped(to: width)
            lines += wrapped.enumerated().map { ($0.offset == 0 ? "  • " : "    ") + $0.element }
            if problem.severity == .tampering {
                if let expected = problem.expected { lines.append("      " + desk.text("expected ", "应为 ") + expected) }
                if let found = problem.found { lines.append("      " + desk.text("found    ", "实为 ") + found) }
            }
            if let more = omitted[problem.code], index == problems.lastIndex(where: { $0.code == problem.code }) {
                lines.append(desk.text("    … and \(more) more of these", "    ……同类另有 \(more) 处"))
            }
        }
        return lines + [""]
    }

    /// The same in both languages.
    static func json(_ problem: Problem) -> JSONValue {
        var object = JSONObject()
        object["code"] = .string(problem.code.rawValue)
        object.set("seq", problem.seq.map { Int64(clamping: $0) })
        object.set("path", problem.path)
        object.set("expected", problem.expected)
        object.set("found", problem.found)
        object["explanation"] = .string(problem.explanation.en)
        return .object(object)
    }
}
