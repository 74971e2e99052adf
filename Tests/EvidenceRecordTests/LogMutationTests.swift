import Dispatch
import EvidenceRecord
import EvidenceTestSupport
import Synchronization
import Testing

/// Nothing in a log can be changed, however little, without a problem that is tampering; and nothing makes the audit trap.
struct LogMutationTests {
    private static func log() throws -> LogForge {
        var forge = LogForge()
        try forge.commit(.lisi, [.created(), try .enrolled(.lisi, mayEnrol: true)])
        try forge.commit(.lisi, [.opened(.caseOpened, SampleLog.caseID, "2026-007")])
        try forge.commit(.lisi, [.evidence("一", [SampleLog.caseID]), .linked(SampleLog.caseID, [forge.reference(2)])])
        return forge
    }

    private func expectFound(_ count: Int, _ mutate: @escaping @Sendable (Int, inout LogForge) -> String) throws {
        let log = try LogMutationTests.log()
        try #require(try log.audit().problems.isEmpty)
        let missed = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            var forge = log
            let what = mutate(index, &forge)
            let problems = try? forge.audit().problems
            if problems?.contains(where: { $0.severity == .tampering }) != true {
                missed.withLock { $0.append("\(what): \(problems?.map(\.code) ?? [])") }
            }
        }
        let all = missed.withLock { $0 }
        #expect(all.isEmpty, "\(all.count) of \(count): \(all.prefix(5))")
    }

    @Test(arguments: [0x01, 0x80] as [UInt8])
    func `a bit changed in any byte of any entry is found`(bit: UInt8) throws {
        let places = try LogMutationTests.log().entries.enumerated().flatMap { row, bytes in
            (bytes ?? []).indices.map { (row, $0) }
        }
        try expectFound(places.count) { index, forge in
            forge.entries[places[index].0]?[places[index].1] ^= bit
            return "entry \(places[index])"
        }
    }

    @Test(arguments: [0x01, 0x80] as [UInt8])
    func `a bit changed in any byte of any body is found`(bit: UInt8) throws {
        let places = try LogMutationTests.log().bodies.enumerated().flatMap { row, bytes in
            (bytes ?? []).indices.map { (row, $0) }
        }
        try expectFound(places.count) { index, forge in
            forge.bodies[places[index].0]?[places[index].1] ^= bit
            return "body \(places[index])"
        }
    }

    @Test(arguments: TestTier.some([0x20, 0x01, 0x80] as [UInt8], oneIn: 3))
    func `a bit changed in any byte of any checkpoint is found`(bit: UInt8) throws {
        let places = try LogMutationTests.log().checkpoints.enumerated().flatMap { row, stored in
            stored.note.indices.map { (row, $0) }
        }
        try expectFound(places.count) { index, forge in
            forge.checkpoints[places[index].0].note[places[index].1] ^= bit
            return "checkpoint \(places[index])"
        }
    }

    @Test func `any entry, body or checkpoint that is cut short, emptied or missing is found`() throws {
        let log = try LogMutationTests.log()
        let entries = log.entries.count
        let changes = entries * 8 + log.checkpoints.count * 4
        try expectFound(changes) { index, forge in
            if index >= entries * 8 {
                let (row, what) = (index - entries * 8).quotientAndRemainder(dividingBy: 4)
                switch what {
                case 0: forge.checkpoints[row].note = []
                case 1: forge.checkpoints[row].note.removeLast()
                case 2: forge.checkpoints.remove(at: row)
                default: forge.checkpoints[row].size += 1
                }
                return "checkpoint \(row), \(what)"
            }
            let (row, what) = index.quotientAndRemainder(dividingBy: 8)
            switch what {
            case 0: forge.entries[row] = []
            case 1: forge.entries[row]?.removeLast()
            case 2: forge.entries[row] = nil
            case 3: forge.entries[row]?.append(0x20)
            case 4: forge.bodies[row] = []
            case 5: forge.bodies[row]?.removeLast()
            case 6: forge.bodies[row] = nil
            default: forge.bodies[row]?.append(0x0a)
            }
            return "row \(row), \(what)"
        }
    }

    @Test func `any two entries exchanged, any entry repeated or dropped and the rest moved up, is found`() throws {
        let count = try LogMutationTests.log().entries.count
        try expectFound(count * count) { index, forge in
            let (first, second) = index.quotientAndRemainder(dividingBy: count)
            if first < second {
                forge.entries.swapAt(first, second)
                forge.bodies.swapAt(first, second)
            } else if first > second {
                forge.entries.insert(forge.entries[first], at: second)
                forge.bodies.insert(forge.bodies[first], at: second)
            } else {
                forge.entries.remove(at: first)
                forge.bodies.remove(at: first)
            }
            return "\(first), \(second)"
        }
    }

    @Test func `noise in the place of entries, bodies and checkpoints never stops the audit`() throws {
        try expectFound(600) { index, forge in
            var generator = SeededGenerator(seed: UInt64(index))
            let noise = (0..<Int.random(in: 0...600, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let row = index % 5
            switch index % 3 {
            case 0: forge.entries[row] = noise
            case 1: forge.bodies[row] = noise
            default: forge.checkpoints[row % 3].note = noise
            }
            return "noise \(index)"
        }
    }
}
