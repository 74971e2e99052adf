internal import Dispatch
internal import EvidenceRecord
internal import Glibc
internal import Synchronization

/// A log's entries in order, read one slice after the other and parsed on all cores ahead of whoever takes them.
///
/// As many slices are underway as there are cores, and one waits to be taken: so memory does not grow with the log.
final class ParsedSlices: Sendable {
    typealias Slice = [(seq: UInt64, parsed: ParsedEntry)]

    private struct Reading {
        var next: UInt64
        /// How many slices were read.
        var count = 0
        var isAtEnd = false
    }

    private struct Parsed {
        var slices: [Int: Delivery] = [:]
        /// How many slices were taken.
        var taken = 0
        /// The one that was taken last, as long as it may be in use.
        var current: Delivery?
        /// What was in use, by the worker that parsed it.
        var used: [Int: [Delivery]] = [:]
        var isStopped = false
    }

    /// A slice, and who frees it: the thread that allocated it, since threads wait for each other over one another's memory.
    private struct Delivery: Sendable {
        let slice: Result<Slice, any Error>
        let worker: Int
    }

    private let log: LogDatabase
    private let size: UInt64
    private let stray: @Sendable (Int64) -> Void
    private let reading: Mutex<Reading>
    private let parsed = Mutex(Parsed())
    /// Counts the slices that may still be begun; from 0 on, because one may not go with less than it began with.
    private let room = DispatchSemaphore(value: 0)
    /// Counts the slices that were parsed.
    private let arrivals = DispatchSemaphore(value: 0)
    private let workers = DispatchGroup()
    private let workerCount = min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 16)

    /// Calls `take` with each slice of the entries from `seq` on that are below `size`, and `stray`, on any thread, with each
    /// body among them that no entry accounts for.
    static func forEach(
        in log: LogDatabase, from seq: UInt64, below size: UInt64,
        stray: @escaping @Sendable (Int64) -> Void = { _ in },
        _ take: (Slice) throws -> Void
    ) throws {
        let slices = ParsedSlices(log, seq, size, stray)
        defer { slices.stop() }
        slices.start()
        while let slice = try slices.next() { try take(slice) }
    }

    private init(_ log: LogDatabase, _ seq: UInt64, _ size: UInt64, _ stray: @escaping @Sendable (Int64) -> Void) {
        self.log = log
        self.size = size
        self.stray = stray
        reading = Mutex(Reading(next: seq))
    }

    private func start() {
        for _ in 0...workerCount { room.signal() }
        for worker in 0..<workerCount { DispatchQueue.global().async(group: workers) { self.work(as: worker) } }
    }

    private func stop() {
        parsed.withLock { $0.isStopped = true }
        for _ in 0..<workerCount { room.signal() }
        workers.wait()
    }

    private func work(as worker: Int) {
        let parser = EntryParser()
        while true {
            room.wait()
            // What comes out of the lock is freed here.
            let (_, isStopped) = parsed.withLock { ($0.used.removeValue(forKey: worker), $0.isStopped) }
            if isStopped { return }
            guard let (number, rows) = read() else { return }
            let slice: Result<Slice, any Error> = rows.map { rows in
                rows.map {
                    (seq: $0.seq, parsed: parser.parse($0.bytes, body: $0.body.map { .present($0) } ?? .absent))
                }
            }
            parsed.withLock { $0.slices[number] = Delivery(slice: slice, worker: worker) }
            arrivals.signal()
        }
    }

    /// The next rows and the number of their slice; nil past the end, which is a slice without rows, or a failure.
    private func read() -> (Int, Result<[StoredEntry], any Error>)? {
        reading.withLock { reading in
            if reading.isAtEnd { return nil }
            let rows = Result { try log.slice(from: reading.next, below: size, stray: stray) }
            if let last = try? rows.get().last { reading.next = last.seq + 1 } else { reading.isAtEnd = true }
            reading.count += 1
            return (reading.count - 1, rows)
        }
    }

    /// The next slice, nil at the end; the one before is given back.
    private func next() throws -> Slice? {
        while true {
            let found = parsed.withLock { parsed in
                if let used = parsed.current { parsed.used[used.worker, default: []].append(used) }
                parsed.current = parsed.slices.removeValue(forKey: parsed.taken)
                if parsed.current != nil { parsed.taken += 1 }
                return parsed.current?.slice
            }
            if let slice = try found?.get() {
                room.signal()
                return slice.isEmpty ? nil : slice
            }
            arrivals.wait()
        }
    }
}
