import EvidenceTestSupport
import Foundation
import Testing

/// What a real browser without a network makes of a page.
struct Look {
    /// What the browser's debugger was asked, in order.
    let values: [JSON]
    /// Every address that the page asked for.
    let requests: [String]
    /// All that the browser had to complain of.
    let messages: [String]

    /// - Parameters:
    ///   - page: below the laptop's folder.
    ///   - isEnglish: presses the page's own button first.
    ///   - pdf: a file below the laptop's folder to print the page to.
    ///   - expressions: of JavaScript, which the page itself may not run.
    init(
        at page: String, on laptop: Laptop, isEnglish: Bool = false, pdf: String? = nil, _ expressions: String...
    ) throws {
        let script = PackageFolder.url.appendingPathComponent("Tests/Fixtures/look.py").path
        for (index, expression) in expressions.enumerated() { try laptop.file("ask-\(index).js", expression) }
        let asked = expressions.indices.map { "--eval \"$(cat ask-\($0).js)\"" }.joined(separator: " ")
        let outcome = try laptop.shell(
            "python3 '\(script)' '\(page)' \(isEnglish ? "--english" : "") \(pdf.map { "--pdf '\($0)'" } ?? "") \(asked)"
        )
        guard outcome.status == 0 else { throw HarnessError("look.py: \(outcome.err)") }
        let document = try outcome.json
        values = document["values"]?.array ?? []
        requests = document["requests"]?.array.compactMap(\.string) ?? []
        messages = document["messages"]?.array.compactMap(\.string) ?? []
    }

    /// What a person reads on a page.
    static let text = "document.getElementById('page').innerText"
}
