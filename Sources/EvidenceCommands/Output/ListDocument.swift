internal import EvidenceRecord

/// A JSON document of long arrays, printed while its items are made, some at a time.
///
/// Nothing is printed before there are items to print, so that what is refused prints no half a document.
final class ListDocument {
    private static let printedAtOnce = 64 * 1_024

    private let heads: [[UInt8]]
    private var waiting: [UInt8]
    private var current = 0
    private var isFirst = true

    /// - Parameter names: of the arrays, in the order of canonical JSON.
    init(_ names: [String]) {
        heads = names.enumerated().map { Array("\($0.offset == 0 ? "{" : "],")\"\($0.element)\":[".utf8) }
        waiting = heads.first ?? []
    }

    /// Adds an item to the array of that place, which is the last one's or a later one.
    func add(_ item: JSONObject, to array: Int = 0) throws {
        begin(array)
        if !isFirst { waiting.append(UInt8(ascii: ",")) }
        isFirst = false
        waiting += item.printed
        guard waiting.count >= ListDocument.printedAtOnce else { return }
        try Terminal.output.write(waiting)
        waiting = []
    }

    func end() throws {
        begin(heads.count - 1)
        try Terminal.output.write(waiting + Array("]}\n".utf8))
    }

    private func begin(_ array: Int) {
        while current < array {
            current += 1
            waiting += heads[current]
            isFirst = true
        }
    }
}
